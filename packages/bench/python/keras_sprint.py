"""Keras on TensorFlow as a contender of `congruent bench sprint`: the job's network, weights, batches and learning rates."""

import os
import sys

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
os.environ["KERAS_BACKEND"] = "tensorflow"

import keras  # noqa: E402
import numpy as np  # noqa: E402
import sprint  # noqa: E402
import tensorflow as tf  # noqa: E402


class Rates(keras.optimizers.schedules.LearningRateSchedule):
    """A learning rate for each step."""

    def __init__(self, rates):
        self.rates = tf.constant(rates, tf.float32)

    def __call__(self, step):
        return tf.gather(self.rates, tf.minimum(tf.cast(step, tf.int32), len(self.rates) - 1))


class Report(keras.callbacks.Callback):
    def __init__(self, target):
        super().__init__()
        self.target = target

    def on_epoch_end(self, epoch, logs=None):
        accuracy = logs["val_accuracy"]
        sprint.say(epoch + 1, accuracy)
        if accuracy >= self.target:
            # As fast as the others: what Keras does after the last epoch is none of the sprint's business.
            os._exit(0)


def main():
    job = sprint.job()
    sys.path.insert(0, job["kerasNetworks"])
    from keras_networks import network, set_weights

    keras.utils.set_random_seed(job["seed"])
    x, test = (sprint.images(job[name], job["inputShape"]).astype(np.float32) for name in ("images", "testImages"))
    y, expected = (sprint.labels(job[name]) for name in ("labels", "testLabels"))
    model = network(job["network"])
    set_weights(model, np.fromfile(job["weights"], np.float32))
    model.compile(
        optimizer=keras.optimizers.Adam(Rates(job["rates"]), job["beta1"], job["beta2"], epsilon=job["epsilon"]),
        loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        metrics=["accuracy"],
        jit_compile=job["configuration"]["jit"],
        steps_per_execution=8,
    )
    model.fit(
        x,
        y,
        batch_size=job["batch"],
        epochs=job["epochs"],
        validation_data=(test, expected),
        validation_batch_size=1000,
        callbacks=[Report(job["target"])],
        verbose=0,
    )


main()
