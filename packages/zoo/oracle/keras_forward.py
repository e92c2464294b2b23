"""Answers for every network of keras_networks.py: its counts, its weights' shapes and its logits.

    keras_forward.py FOLDER

FOLDER holds images.bin (float32 [n, 28, 28, 1]) and NAME.bin (all weights of a network, float32) for each network.
Prints JSON: {NAME: {"published", "parameters", "trainable", "shapes", "logits"}}: the number of parameters as it is written
in keras_networks.py and as Keras counts it; the logits are by the given weights, in inference mode.
"""

import json
import sys
from pathlib import Path

import numpy as np
from keras_networks import NETWORKS, PARAMETERS, network, set_weights, weights_of


def main(folder):
    images = np.fromfile(folder / "images.bin", np.float32).reshape(-1, 28, 28, 1)
    answers = {}
    for name in NETWORKS:
        weights = folder / f"{name}.bin"
        if not weights.exists():
            # A twin without an architecture: the caller names it.
            answers[name] = {}
            continue
        model = network(name)
        set_weights(model, np.fromfile(weights, np.float32))
        answers[name] = {
            "published": PARAMETERS[name],
            "parameters": model.count_params(),
            "trainable": sum(int(np.prod(weight.shape)) for weight in model.trainable_weights),
            "shapes": [list(weight.shape) for weight in weights_of(model)],
            "logits": np.asarray(model(images, training=False)).tolist(),
        }
    json.dump(answers, sys.stdout)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
