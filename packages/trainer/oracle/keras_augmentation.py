"""Keras' ImageDataGenerator.apply_transform for each case on standard input (JSON), as JSON: {answers: [[pixel, ...], ...]}."""

import json
import os
import sys

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "2"

import numpy as np  # noqa: E402
from keras._tf_keras.keras.preprocessing.image import ImageDataGenerator  # noqa: E402


def answer(case):
    generator = ImageDataGenerator(fill_mode=case["fillMode"], cval=case["fillValue"])
    image = np.array(case["pixels"], dtype=np.float64).reshape(case["shape"])
    names = {"flipHorizontal": "flip_horizontal", "flipVertical": "flip_vertical"}
    parameters = {names.get(name, name): value for name, value in case["parameters"].items()}
    return generator.apply_transform(image, parameters).reshape(-1).tolist()


json.dump({"answers": [answer(case) for case in json.load(sys.stdin)]}, sys.stdout)
