"""Trains small models with Keras' compile and fit, for comparison with the trainer's.

Reads JSON from standard input: a list of cases {"name", "weights": [{"shape", "values"}], "x": {input: {...}},
"y": {output: {...}}, "sampleWeight", "classWeight", "validation", "epochs", "batchSize"}; tensors are {"shape",
"values"}. Prints JSON: per case {"history", "weights", "evaluation", "predictions"}.
"""

import json
import os
import sys

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

import keras
import numpy as np

L = keras.layers


def array(tensor, dtype=np.float32):
    return np.array(tensor["values"], dtype).reshape(tensor["shape"])


def regression():
    x = keras.Input((3,), name="x")
    h = L.Dense(8, activation="tanh", kernel_regularizer=keras.regularizers.L2(0.01))(x)
    model = keras.Model(x, L.Dense(1, name="y")(h))
    return model, dict(loss="mean_squared_error", metrics=["mean_absolute_error"])


def huber_like():
    x = keras.Input((3,), name="x")
    h = L.Dense(8, activation="tanh")(x)
    model = keras.Model(x, L.Dense(2, name="y")(h))

    def log_cosh(y_true, y_pred):
        error = keras.ops.abs(y_pred - y_true)
        return keras.ops.mean(error + keras.ops.log1p(keras.ops.exp(-2 * error)) - np.log(2), axis=-1)

    return model, dict(loss=log_cosh, metrics=[log_cosh])


def categorical():
    x = keras.Input((3,), name="x")
    h = L.Dense(8, activation="relu")(x)
    model = keras.Model(x, L.Dense(4, activation="softmax", name="y")(h))
    return model, dict(loss="categorical_crossentropy", metrics=["accuracy"])


def sparse():
    x = keras.Input((3,), name="x")
    h = L.Dense(8, activation="relu")(x)
    model = keras.Model(x, L.Dense(4, activation="softmax", name="y")(h))
    return model, dict(loss="sparse_categorical_crossentropy", metrics=["accuracy"])


def binary():
    x = keras.Input((3,), name="x")
    h = L.Dense(8, activation="relu")(x)
    model = keras.Model(x, L.Dense(1, activation="sigmoid", name="y")(h))
    return model, dict(loss="binary_crossentropy", metrics=["accuracy"])


def normalized():
    x = keras.Input((6, 6, 2), name="x")
    h = L.Conv2D(3, 3, use_bias=False)(x)
    h = L.BatchNormalization(momentum=0.8)(h)
    h = L.Activation("relu")(h)
    h = L.Flatten()(h)
    h = L.Dense(5, use_bias=False)(h)
    h = L.BatchNormalization(momentum=0.8, scale=False)(h)
    h = L.LayerNormalization()(h)
    model = keras.Model(x, L.Dense(4, activation="softmax", name="y")(h))
    return model, dict(loss="sparse_categorical_crossentropy", metrics=["accuracy"])


def frozen():
    base = keras.Sequential(
        [
            keras.Input((3,)),
            L.Dense(6, kernel_regularizer=keras.regularizers.L2(0.01)),
            L.BatchNormalization(momentum=0.8),
        ]
    )
    base.trainable = False
    x = keras.Input((3,), name="x")
    model = keras.Model(x, L.Dense(4, activation="softmax", name="y")(L.Activation("tanh")(base(x))))
    return model, dict(loss="sparse_categorical_crossentropy", metrics=["accuracy"])


def penalized():
    x = keras.Input((4, 3), name="x")
    shared = L.Dense(3, activation="tanh", kernel_regularizer=keras.regularizers.L2(0.01))
    inner = L.Dense(2, kernel_regularizer=keras.regularizers.L1(0.003))
    h = L.Flatten()(L.TimeDistributed(inner)(shared(shared(x))))
    return keras.Model(x, L.Dense(1, name="y")(h)), dict(loss="mean_squared_error")


def recurrent():
    x = keras.Input((4, 3), name="x")
    l2, l1 = keras.regularizers.L2(0.01), keras.regularizers.L1(0.003)
    h = L.LSTM(4, return_sequences=True, kernel_regularizer=l2, recurrent_regularizer=l1)(x)
    h = L.Bidirectional(L.SimpleRNN(3, kernel_regularizer=l1, bias_regularizer=l2))(h)
    return keras.Model(x, L.Dense(1, name="y")(h)), dict(loss="mean_squared_error")


def several():
    a, b = keras.Input((3,), name="a"), keras.Input((2,), name="b")
    h = L.Dense(6, activation="tanh")(L.Concatenate()([a, b]))
    kind = L.Dense(4, activation="softmax", name="kind")(h)
    size = L.Dense(1, name="size")(h)
    model = keras.Model({"a": a, "b": b}, {"kind": kind, "size": size})
    return model, dict(
        loss={"kind": "sparse_categorical_crossentropy", "size": "mean_squared_error"},
        loss_weights={"kind": 1.0, "size": 0.5},
        metrics={"kind": ["accuracy"], "size": ["mean_absolute_error"]},
    )


BUILDERS = dict(
    regression=regression,
    customLoss=huber_like,
    categorical=categorical,
    sparse=sparse,
    sampleWeights=sparse,
    classWeights=sparse,
    binary=binary,
    normalized=normalized,
    frozen=frozen,
    penalized=penalized,
    recurrent=recurrent,
    several=several,
)


def run(case):
    model, options = BUILDERS[case["name"]]()
    model.set_weights([array(w) for w in case["weights"]])
    # TensorFlow's own kernels, not XLA's: what is compared is the arithmetic of a step, not two compilers.
    model.compile(optimizer=keras.optimizers.SGD(0.05), jit_compile=False, **options)
    x = {name: array(t) for name, t in case["x"].items()}
    y = {name: array(t) for name, t in case["y"].items()}
    if len(x) == 1:
        x = next(iter(x.values()))
    if len(y) == 1:
        y = next(iter(y.values()))
    weight = np.array(case["sampleWeight"], np.float32) if case.get("sampleWeight") else None
    class_weight = {int(k): v for k, v in case["classWeight"].items()} if case.get("classWeight") else None
    history = model.fit(
        x,
        y,
        batch_size=case["batchSize"],
        epochs=case["epochs"],
        shuffle=False,
        sample_weight=weight,
        class_weight=class_weight,
        validation_split=case.get("validationSplit", 0.0),
        verbose=0,
    ).history
    evaluation = model.evaluate(x, y, batch_size=case["batchSize"], verbose=0, return_dict=True)
    predictions = model.predict(x, verbose=0)
    if not isinstance(predictions, dict):
        predictions = {"y": predictions}
    return {
        "history": {k: [float(v) for v in vs] for k, vs in history.items()},
        "evaluation": {k: float(v) for k, v in evaluation.items()},
        "weights": [w.ravel().tolist() for w in model.get_weights()],
        "predictions": {k: v.ravel().tolist() for k, v in predictions.items()},
    }


if __name__ == "__main__":
    json.dump([run(case) for case in json.load(sys.stdin)], sys.stdout)
