"""Trains LeNet in Keras from given weights on given batches, for comparison with the trainer.

Reads JSON from standard input: {"weights": [{"shape", "values"}], "batches": [{"inputs", "labels"}],
"adam": {"learning_rate", "beta_1", "beta_2", "epsilon"}}; inputs are raw pixels [n * 784]. Prints JSON:
{"losses": [...], "weights": [[...], ...], "logits": [...]} with the logits of the first batch after training.
"""

import json
import os
import sys

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

import keras
import numpy as np


def lenet():
    inputs = keras.Input((28, 28, 1))
    x = keras.layers.Rescaling(1 / 255)(inputs)
    x = keras.layers.Conv2D(6, 5, padding="same", activation="relu")(x)
    x = keras.layers.AveragePooling2D(2)(x)
    x = keras.layers.Conv2D(16, 5, activation="relu")(x)
    x = keras.layers.AveragePooling2D(2)(x)
    x = keras.layers.Flatten()(x)
    x = keras.layers.Dense(120, activation="relu")(x)
    x = keras.layers.Dense(84, activation="relu")(x)
    return keras.Model(inputs, keras.layers.Dense(10)(x))


def main():
    task = json.load(sys.stdin)
    model = lenet()
    model.set_weights([np.array(w["values"], np.float32).reshape(w["shape"]) for w in task["weights"]])
    model.compile(
        optimizer=keras.optimizers.Adam(**task["adam"]),
        loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        # TensorFlow's own kernels, not XLA's: what is compared is the arithmetic of a step, not two compilers.
        jit_compile=False,
    )
    batches = [
        (np.array(b["inputs"], np.float32).reshape(-1, 28, 28, 1), np.array(b["labels"], np.int32))
        for b in task["batches"]
    ]
    losses = []
    for inputs, labels in batches:
        # train_on_batch reports a running mean over calls: reset it each time.
        model.reset_metrics()
        losses.append(float(model.train_on_batch(inputs, labels)))
    json.dump(
        {
            "losses": losses,
            "weights": [weight.ravel().tolist() for weight in model.get_weights()],
            "logits": model.predict_on_batch(batches[0][0]).ravel().tolist(),
        },
        sys.stdout,
    )


if __name__ == "__main__":
    main()
