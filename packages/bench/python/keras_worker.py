"""Keras on TensorFlow as a contender of `congruent bench train`: see worker.py."""

import os
import sys
import time

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
os.environ["KERAS_BACKEND"] = "tensorflow"

from worker import load, serve  # noqa: E402

import keras  # noqa: E402
import tensorflow as tf  # noqa: E402

STEPS_PER_EXECUTION = 8


def prepare(job):
    sys.path.insert(0, job["kerasNetworks"])
    from keras_networks import network, set_weights

    tf.config.threading.set_intra_op_parallelism_threads(job["threads"])
    configuration = job["configuration"]
    images, labels, weights = load(job)
    begin = time.perf_counter()
    model = network(job["network"])
    set_weights(model, weights)
    size = job["batch"]
    log_probabilities = tf.nn.log_softmax(model(images[:size], training=False)).numpy()
    by_fit = configuration["loop"] == "fit"
    model.compile(
        optimizer=keras.optimizers.Adam(1e-3, 0.9, 0.999, epsilon=1e-7),
        loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        jit_compile=configuration["jit"],
        steps_per_execution=STEPS_PER_EXECUTION if by_fit else 1,
    )
    batches = len(labels) // size
    x = tf.constant(images[: batches * size].reshape(batches, size, *images.shape[1:]))
    y = tf.constant(labels[: batches * size].reshape(batches, size))
    inputs, targets = list(x), list(y)
    state = {"step": 0}

    def by_batch(steps):
        for _ in range(steps):
            batch = state["step"] % batches
            loss = model.train_on_batch(inputs[batch], targets[batch])
            state["step"] += 1
        return float(loss)

    endless = tf.data.Dataset.from_tensor_slices((x, y)).repeat().prefetch(tf.data.AUTOTUNE)

    def by_epoch(steps):
        return float(model.fit(endless, steps_per_epoch=steps, epochs=1, verbose=0).history["loss"][0])

    train = by_epoch if by_fit else by_batch
    # The first call traces, and compiles where asked to.
    first_loss = train(STEPS_PER_EXECUTION if by_fit else 1)
    return {
        "preparationMs": (time.perf_counter() - begin) * 1000,
        "parameters": model.count_params(),
        "logProbabilities": log_probabilities.reshape(-1).tolist(),
        # Of one step; a call of several reports their mean.
        "firstLoss": None if by_fit else first_loss,
        # Blocks of whole calls.
        "multiple": STEPS_PER_EXECUTION if by_fit else 1,
        "versions": {"keras": keras.__version__, "tensorflow": tf.__version__, "python": sys.version.split()[0]},
    }, train


if __name__ == "__main__":
    serve(prepare)
