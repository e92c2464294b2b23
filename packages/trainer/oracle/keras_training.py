"""Trains networks of the zoo in Keras and keeps their whole state after every step.

    keras_training.py FOLDER STEPS BATCH NAME...

FOLDER holds images.bin (uint8) and labels.bin (uint8): STEPS batches of BATCH images, then the held-out ones; and
NAME/weights.bin (float32): all weights in the order of tfjs. Dropout is off. Writes NAME/state-K.bin for K = 0 to
STEPS, float32: all weights, then m and v of each trainable weight. Prints JSON: {NAME: {"losses": [before each
update], "held": [after each update]}}; both with the layers' L2 terms, as Keras reports them.
"""

import json
import sys
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[2] / "zoo" / "oracle"))
import keras
from keras_networks import network, set_weights, weights_of


def state_of(model):
    optimizer = model.optimizer
    places = [optimizer._get_variable_index(weight) for weight in model.trainable_weights]
    slots = [slot[place] for place in places for slot in (optimizer._momentums, optimizer._velocities)]
    tensors = [np.ravel(tensor) for tensor in (*weights_of(model), *slots)]
    return np.concatenate(tensors).astype(np.float32)


def train(name, folder, images, labels, steps, batch):
    model = network(name, dropout=False)
    set_weights(model, np.fromfile(folder / "weights.bin", np.float32))
    model.compile(
        optimizer=keras.optimizers.Adam(learning_rate=1e-3, beta_1=0.9, beta_2=0.999, epsilon=1e-7),
        loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        # TensorFlow's own kernels, not XLA's: what is compared is the arithmetic of a step, not two compilers.
        jit_compile=False,
    )
    model.optimizer.build(model.trainable_variables)
    held = slice(steps * batch, None)
    answer = {"losses": [], "held": []}
    state_of(model).tofile(folder / "state-0.bin")
    for step in range(steps):
        part = slice(step * batch, (step + 1) * batch)
        # Keras reports a running mean over calls: begin anew each time.
        model.reset_metrics()
        answer["losses"].append(float(model.train_on_batch(images[part], labels[part])))
        state_of(model).tofile(folder / f"state-{step + 1}.bin")
        model.reset_metrics()
        answer["held"].append(float(model.test_on_batch(images[held], labels[held])))
    return answer


def main(folder, steps, batch, *names):
    folder, steps, batch = Path(folder), int(steps), int(batch)
    images = np.fromfile(folder / "images.bin", np.uint8).reshape(-1, 28, 28, 1).astype(np.float32)
    labels = np.fromfile(folder / "labels.bin", np.uint8).astype(np.int32)
    answers = {name: train(name, folder / name, images, labels, steps, batch) for name in names}
    json.dump(answers, sys.stdout)


if __name__ == "__main__":
    main(*sys.argv[1:])
