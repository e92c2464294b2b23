"""Keras' counterparts of the zoo's own layers: what they compute, and their gradients by TensorFlow's tape.

Reads JSON from standard input: {NAME: {"input", "weights": [...], "direction"}}, each an object with "shape" and
"values". Prints JSON: {NAME: {"output", "gradients"}}: the output's values, and the gradients of
sum(output * direction) with respect to the input and each weight, in order.
"""

import json
import sys

import keras_networks
import numpy as np
import tensorflow as tf
from keras import layers


def self_attention():
    """Keras' layer takes query and value apart; here they are one."""
    attention = layers.MultiHeadAttention(3, 5)
    return attention, lambda x: attention(x, x)


def plain(layer):
    return layer, layer


LAYERS = {
    "LayerNorm": lambda: plain(layers.LayerNormalization(epsilon=1e-6)),
    "MultiHeadAttention": self_attention,
    "PositionalEncoding": lambda: plain(keras_networks.PositionalEncoding()),
    "ResizeBilinear": lambda: plain(layers.Resizing(7, 9, interpolation="bilinear")),
}


def array(given):
    return np.array(given["values"], np.float32).reshape(given["shape"])


def main():
    answers = {}
    for name, case in json.load(sys.stdin).items():
        layer, call = LAYERS[name]()
        x = tf.Variable(array(case["input"]))
        call(x)
        layer.set_weights([array(weight) for weight in case["weights"]])
        with tf.GradientTape() as tape:
            y = call(tf.convert_to_tensor(x))
            total = tf.reduce_sum(y * array(case["direction"]))
        sources = [x, *(weight.value for weight in layer.weights)]
        answers[name] = {
            "output": np.ravel(y).tolist(),
            "gradients": [np.ravel(gradient).tolist() for gradient in tape.gradient(total, sources)],
        }
    json.dump(answers, sys.stdout)


if __name__ == "__main__":
    main()
