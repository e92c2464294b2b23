"""Trains a small dense net in Keras with each optimizer configuration, for comparison with the trainer.

Reads JSON from standard input: {"weights": [{"shape", "values"}], "batches": [{"inputs", "labels"}],
"cases": [{"optimizer": "SGD", "arguments": {...}, "schedule": {...} | null,
"constraints": [{"name": "MaxNorm", "arguments": {...}} | null, ...] | null}]}. Prints a JSON list, for each case
{"losses", "weights", "slots": {name: [values of each weight]}, "learning_rates"}.
"""

import json
import os
import sys

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

import keras
import numpy as np


def constraints(names):
    """Of the four weights in their order: a name and arguments, or none."""
    made = [getattr(keras.constraints, each["name"])(**each["arguments"]) if each else None for each in names]
    return [{"kernel_constraint": made[i], "bias_constraint": made[i + 1]} for i in (0, 2)]


def network(shapes, names):
    first, second = constraints(names or [None] * 4)
    inputs = keras.Input((shapes[0][0],))
    x = keras.layers.Dense(shapes[0][1], activation="tanh", **first)(inputs)
    return keras.Model(inputs, keras.layers.Dense(shapes[2][1], **second)(x))


def run(task, case):
    model = network([w["shape"] for w in task["weights"]], case.get("constraints"))
    model.set_weights([np.array(w["values"], np.float32).reshape(w["shape"]) for w in task["weights"]])
    arguments = dict(case["arguments"])
    if case.get("schedule"):
        arguments["learning_rate"] = keras.optimizers.schedules.CosineDecay(**case["schedule"])
    optimizer = getattr(keras.optimizers, case["optimizer"])(**arguments)
    model.compile(
        optimizer=optimizer,
        loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        jit_compile=False,
    )
    losses, rates = [], []
    for batch in task["batches"]:
        model.reset_metrics()
        rates.append(float(optimizer.learning_rate))
        x = np.array(batch["inputs"], np.float32).reshape(-1, task["weights"][0]["shape"][0])
        losses.append(float(model.train_on_batch(x, np.array(batch["labels"], np.int32))))
    slots = {}
    for variable in optimizer.variables:
        for kind in ("momentum", "velocity", "average_gradient", "average"):
            if variable.path.endswith("_" + kind) and not (
                kind == "momentum" and variable.path.endswith("_average_gradient")
            ):
                slots.setdefault(kind, []).append(variable.numpy().ravel().tolist())
    return {
        "losses": losses,
        "weights": [w.ravel().tolist() for w in model.get_weights()],
        "slots": slots,
        "learning_rates": rates,
    }


def main():
    task = json.load(sys.stdin)
    json.dump([run(task, case) for case in task["cases"]], sys.stdout)


if __name__ == "__main__":
    main()
