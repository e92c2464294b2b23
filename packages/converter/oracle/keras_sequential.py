"""Sequential models in Keras: what they give for an input, with given options and weights.

Reads JSON from standard input: {NAME: {"layers": [{"class_name", "config"}, ...], "weights": [array, ...], "input": array}}, each array an object
with "shape" and "values"; weights in Keras' order. Prints JSON: {NAME: [array, ...]}, the outputs.

`hard_sigmoid` is that of tfjs and Keras 2, clip(0.2 x + 0.5); Keras 3 has another slope under that name.
"""

import json
import os
import sys

os.environ["KERAS_BACKEND"] = "tensorflow"
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import keras
import numpy as np
from keras import ops


@keras.saving.register_keras_serializable("congruent")
def hard_sigmoid_of_tfjs(x):
    return ops.clip(0.2 * x + 0.5, 0.0, 1.0)


def translated(value):
    if isinstance(value, dict):
        return {key: translated(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [translated(inner) for inner in value]
    return "congruent>hard_sigmoid_of_tfjs" if value == "hard_sigmoid" else value


def layer_of(spec):
    return keras.layers.deserialize(translated(spec))


def array(given):
    return np.array(given["values"], np.float32).reshape(given["shape"])


def outputs_of(question):
    x = array(question["input"])
    given = keras.Input(batch_shape=(None, *x.shape[1:]))
    y = given
    for spec in question["layers"]:
        y = layer_of(spec)(y)
    model = keras.Model(given, y)
    model.set_weights([array(each) for each in question["weights"]])
    results = model(x, training=False)
    results = results if isinstance(results, (list, tuple)) else [results]
    return [{"shape": list(each.shape), "values": np.asarray(each).ravel().tolist()} for each in results]


print(json.dumps({name: outputs_of(question) for name, question in json.load(sys.stdin).items()}))
