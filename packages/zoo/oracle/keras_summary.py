"""Keras' own model.summary() of networks whose layers were given other names.

Reads JSON from standard input: {NAME: [names of the layers, in order]}. Prints JSON: {NAME: text}. Names are given one
after the other, those of the input layer of a functional model included.
"""

import json
import sys

from keras_networks import network

answers = {}
for name, names in json.load(sys.stdin).items():
    model = network(name)
    model.name = names["model"]
    if len(names["layers"]) != len(model.layers):
        raise ValueError(f"{name} has {len(model.layers)} layers in Keras, {len(names['layers'])} names were given")
    for layer, given in zip(model.layers, names["layers"]):
        layer.name = given
    lines = []
    model.summary(line_length=200, print_fn=lines.append)
    answers[name] = "\n".join(lines)
json.dump(answers, sys.stdout)
