"""Computes layers in Keras, as a second opinion beside tfjs.

Reads JSON [{class, config, weights: [{shape, values}], inputs: [{shape, values}]}] from standard input; prints JSON with the output of each as
{shape, values}. Options are Keras' own names; weights come in Keras' order, which is that of tfjs.
"""

import json
import os
import sys

os.environ["KERAS_BACKEND"] = "tensorflow"
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import keras
import numpy as np


def array(tensor):
    return np.array(tensor["values"], dtype=np.float32).reshape(tensor["shape"])


def output_of(question):
    layer = getattr(keras.layers, question["class"])(**question["config"])
    inputs = [array(tensor) for tensor in question["inputs"]]
    given = inputs if len(inputs) > 1 else inputs[0]
    layer.build([x.shape for x in inputs] if len(inputs) > 1 else inputs[0].shape)
    layer.set_weights([array(tensor) for tensor in question["weights"]])
    output = np.asarray(layer(given, training=False) if question["trains"] else layer(given))
    return {"shape": list(output.shape), "values": output.ravel().tolist()}


print(json.dumps([output_of(question) for question in json.load(sys.stdin)]))
