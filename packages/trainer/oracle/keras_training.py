"""Trains networks of the zoo in Keras and keeps their whole state after every step.

    keras_training.py FOLDER STEPS BATCH NAME...

FOLDER holds images.bin (uint8) and labels.bin (uint8): STEPS batches of BATCH images, then the held-out ones; and
NAME/weights.bin (float32): all weights in the order of tfjs. Dropout is off. Writes NAME/state-K.bin for K = 0 to
STEPS, float32: all weights, then m and v of each trainable weight. Prints JSON: {NAME: {"losses": [before each
update], "held": [after each update], "logitErrors", "gradientErrors": [before each update]}}. The losses are with the layers'
L2 terms, as Keras reports them; what the errors are, `exactness` says.
"""

import json
import sys
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[2] / "zoo" / "oracle"))
import keras
import tensorflow as tf
from keras_networks import network, set_weights, weights_of


def state_of(model):
    optimizer = model.optimizer
    places = [optimizer._get_variable_index(weight) for weight in model.trainable_weights]
    slots = [slot[place] for place in places for slot in (optimizer._momentums, optimizer._velocities)]
    tensors = [np.ravel(tensor) for tensor in (*weights_of(model), *slots)]
    return np.concatenate(tensors).astype(np.float32)


def in_float64(name):
    keras.config.set_dtype_policy("float64")
    keras.config.set_floatx("float64")
    try:
        return network(name, dropout=False)
    finally:
        keras.config.set_floatx("float32")
        keras.config.set_dtype_policy("float32")


def exactness(model, exact, images, labels):
    """How far the float32 network is from the same one in float64 on a training batch: the largest difference of a logit,
    and for each trainable weight that of its gradient, as a share of the gradient's largest element."""
    before = model.get_weights()
    set_weights(exact, np.concatenate([np.ravel(weight) for weight in weights_of(model)]))
    logits, gradients = differentiate(model, images, labels)
    exact_logits, exact_gradients = differentiate(exact, images.astype(np.float64), labels)
    # Statistics of batch normalisation moved in training mode.
    model.set_weights(before)
    shares = [np.abs(g - e).max() / np.abs(e).max() for g, e in zip(gradients, exact_gradients, strict=True)]
    return float(np.abs(logits - exact_logits).max()), [float(share) for share in shares]


def differentiate(model, images, labels):
    with tf.GradientTape() as tape:
        logits = model(images, training=True)
        losses = tf.nn.sparse_softmax_cross_entropy_with_logits(labels, logits)
        loss = tf.add_n([tf.reduce_mean(losses), *model.losses])
    return np.asarray(logits), [np.asarray(g) for g in tape.gradient(loss, model.trainable_weights)]


def train(name, folder, images, labels, steps, batch):
    model, exact = network(name, dropout=False), in_float64(name)
    set_weights(model, np.fromfile(folder / "weights.bin", np.float32))
    model.compile(
        optimizer=keras.optimizers.Adam(learning_rate=1e-3, beta_1=0.9, beta_2=0.999, epsilon=1e-7),
        loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        # TensorFlow's own kernels, not XLA's: what is compared is the arithmetic of a step, not two compilers.
        jit_compile=False,
    )
    model.optimizer.build(model.trainable_variables)
    held = slice(steps * batch, None)
    answer = {"losses": [], "held": [], "logitErrors": [], "gradientErrors": []}
    state_of(model).tofile(folder / "state-0.bin")
    for step in range(steps):
        part = slice(step * batch, (step + 1) * batch)
        logit_error, gradient_errors = exactness(model, exact, images[part], labels[part])
        answer["logitErrors"].append(logit_error)
        answer["gradientErrors"].append(gradient_errors)
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
