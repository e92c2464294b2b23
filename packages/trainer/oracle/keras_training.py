"""Trains networks of the zoo in Keras and keeps their whole state after every step.

    keras_training.py FOLDER STEPS BATCH DRAWS NAME...

FOLDER holds images.bin (uint8) and labels.bin (uint8): STEPS batches of BATCH images, then the validation images; and
NAME/weights.bin (float32): all weights in the order of tfjs. Dropout is off. Writes NAME/state-K.bin for K = 0 to
STEPS, float32: all weights, then m and v of each trainable weight. Prints JSON: {NAME: {"losses": [before each
update], "validation": [after each update], "errors": [before each update], "still": regular expression
or null}}. The losses include the layers' L2 terms, as Keras reports them; `Exactness.measure` describes the errors, `twin` in
keras_networks.py describes `still`.
"""

import json
import sys
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[2] / "zoo" / "oracle"))
import keras
import tensorflow as tf
from keras_networks import STILL, network, set_weights, weights_of

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


class Exactness:
    """What float32 makes of a network's step, seen from the same network in float64."""

    def __init__(self, model, exact, draws):
        self.model, self.exact, self.draws = model, exact, draws
        # Compiled, as Keras' own steps are.
        self.differentiate, self.differentiate_exactly = (
            tf.function(lambda images, labels, of=of: differentiate(of, images, labels)) for of in (model, exact)
        )
        self.random = np.random.default_rng(1)

    def measure(self, images, labels):
        """Of a step on a training batch:

        logits: the largest error of a float32 logit.
        gradients: of each trainable weight, the largest error of its float32 gradient.
        moves: of each trainable weight, the most that its exact gradient moves with small random changes of all
            weights, DRAWS of them, by which the logits move about one, two and four times as far as `logits` says. A gradient jumps
            where a unit lies so near the kink of its activation, or two of a maximum's so near each other, that
            rounding decides.
        statistics: of each moving statistic after the step, the largest error.

        What is said of gradients is a share of the largest element.
        """
        before = self.model.get_weights()
        weights = np.concatenate([np.ravel(weight) for weight in weights_of(self.model)]).astype(np.float64)
        logits, gradients = self.differentiate(images, labels)
        statistics = [np.asarray(weight) for weight in self.model.non_trainable_weights]
        # Statistics of batch normalization moved in training mode.
        self.model.set_weights(before)
        images = images.astype(np.float64)

        set_weights(self.exact, weights)
        exact_logits, exact_gradients = self.differentiate_exactly(images, labels)
        exact_statistics = [np.asarray(weight) for weight in self.exact.non_trainable_weights]
        error = difference(logits, exact_logits)

        def moves(size):
            set_weights(self.exact, weights * (1 + size * self.random.uniform(-1, 1, weights.shape)))
            there, slopes = self.differentiate_exactly(images, labels)
            return difference(there, exact_logits), shares_of(slopes, exact_gradients)

        # A change small enough for the logits to move in proportion; its luck differs from draw to draw.
        trial = 2.0**-22
        size = trial * error / np.median([moves(trial)[0] for _ in range(3)])
        # Rounding is not in proportion to the weights in every layer: a unit may be moved by ten times what the logits show.
        draws = [moves(size * (1, 4, 16)[draw % 3])[1] for draw in range(self.draws)]
        return {
            "logits": float(error),
            "gradients": shares_of(gradients, exact_gradients).tolist(),
            "moves": np.max(draws, axis=0).tolist(),
            "statistics": [float(difference(s, e)) for s, e in zip(statistics, exact_statistics, strict=True)],
        }


def difference(values, exact):
    """The largest of two tensors' differences."""
    return np.abs(np.subtract(values, exact)).max()


def shares_of(gradients, exact):
    return np.array([difference(g, e) / np.abs(e).max() for g, e in zip(gradients, exact, strict=True)])


def differentiate(model, images, labels):
    with tf.GradientTape() as tape:
        logits = model(images, training=True)
        losses = tf.nn.sparse_softmax_cross_entropy_with_logits(labels, logits)
        loss = tf.add_n([tf.reduce_mean(losses), *model.losses])
    return logits, tape.gradient(loss, model.trainable_weights)


def train(name, folder, images, labels, steps, batch, draws):
    model = network(name, dropout=False)
    exactness = Exactness(model, in_float64(name), draws)
    set_weights(model, np.fromfile(folder / "weights.bin", np.float32))
    model.compile(
        optimizer=keras.optimizers.Adam(learning_rate=1e-3, beta_1=0.9, beta_2=0.999, epsilon=1e-7),
        loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        # TensorFlow's own kernels, not XLA's: what is compared is the arithmetic of a step, not two compilers.
        jit_compile=False,
    )
    model.optimizer.build(model.trainable_variables)
    validation = slice(steps * batch, None)
    answer = {"losses": [], "validation": [], "errors": [], "still": STILL[name]}
    state_of(model).tofile(folder / "state-0.bin")
    for step in range(steps):
        part = slice(step * batch, (step + 1) * batch)
        answer["errors"].append(exactness.measure(images[part], labels[part]))
        # Keras reports a running mean over calls: reset it each time.
        model.reset_metrics()
        answer["losses"].append(float(model.train_on_batch(images[part], labels[part])))
        state_of(model).tofile(folder / f"state-{step + 1}.bin")
        model.reset_metrics()
        answer["validation"].append(float(model.test_on_batch(images[validation], labels[validation])))
    return answer


def main(folder, steps, batch, draws, *names):
    folder, steps, batch, draws = Path(folder), int(steps), int(batch), int(draws)
    images = np.fromfile(folder / "images.bin", np.uint8).reshape(-1, 28, 28, 1).astype(np.float32)
    labels = np.fromfile(folder / "labels.bin", np.uint8).astype(np.int32)
    answers = {name: train(name, folder / name, images, labels, steps, batch, draws) for name in names}
    # A gradient that is zero everywhere, or logits that do not move, leave nothing to compare.
    json.dump(answers, sys.stdout, allow_nan=False)


if __name__ == "__main__":
    main(*sys.argv[1:])
