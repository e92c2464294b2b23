"""What the sprints have in common: a training that says its test accuracy after every epoch and ends at the target."""

import json
import sys

import numpy as np


def job():
    with open(sys.argv[1]) as file:
        return json.load(file)


def images(path, shape):
    return np.fromfile(path, np.uint8).reshape(-1, *shape)


def labels(path):
    return np.fromfile(path, np.uint8)


def say(epoch, accuracy):
    print(json.dumps({"epoch": epoch, "accuracy": accuracy}), flush=True)
