"""Grids and evenly spread values of Keras Tuner 1.4.8: what fixtures/keras-tuner.json holds.

Needs `pip install keras-tuner==1.4.8 tensorflow` (or another Keras backend) in an environment of its own:
    python oracle/keras_tuner_orders.py > fixtures/keras-tuner.json
"""

import contextlib
import json
import sys
import tempfile

import keras_tuner as kt


def declare(hp, space):
    for p in space:
        p = dict(p)
        kind, name = p.pop("type"), p.pop("name")
        when = p.pop("when", [])
        if when:
            with hp.conditional_scope(when[0]["name"], when[0]["values"]):
                add(hp, kind, name, p)
        else:
            add(hp, kind, name, p)


def add(hp, kind, name, p):
    rename = {"min": "min_value", "max": "max_value"}
    p = {rename.get(k, k): v for k, v in p.items()}
    if p.get("sampling") == "reverseLog":
        p["sampling"] = "reverse_log"
    {"int": hp.Int, "float": hp.Float, "choice": hp.Choice, "boolean": hp.Boolean, "fixed": hp.Fixed}[kind](name, **p)


def grid(space):
    hps = kt.HyperParameters()
    declare(hps, space)
    oracle = kt.oracles.GridSearchOracle(objective=kt.Objective("score", "min"), hyperparameters=hps)
    with tempfile.TemporaryDirectory() as folder:
        oracle._set_project_dir(folder, "p")
        points = []
        while True:
            trial = oracle.create_trial("tuner")
            if trial.status == "STOPPED":
                return points
            points.append(dict(trial.hyperparameters.values))
            oracle.update_trial(trial.trial_id, {"score": 0})
            trial.status = "COMPLETED"
            oracle.end_trial(trial)


def spread(p):
    hps = kt.HyperParameters()
    declare(hps, [p])
    return [[i / 97, hps.space[0].prob_to_value(i / 97)] for i in range(97)]


SPACES = [
    [
        {"type": "choice", "name": "model_name", "values": ["sgd", "adam"]},
        {"type": "choice", "name": "learning_rate", "values": [0.01, 0.1]},
    ],
    [
        {"type": "int", "name": "units", "min": 32, "max": 128, "step": 32, "default": 64},
        {"type": "boolean", "name": "bias"},
        {"type": "float", "name": "rate", "min": 0.0, "max": 0.5, "step": 0.25},
    ],
    [
        {"type": "choice", "name": "optimizer", "values": ["adam", "sgd", "rmsprop"], "default": "sgd"},
        {"type": "float", "name": "momentum", "min": 0.0, "max": 1.0, "step": 0.5, "when": [{"name": "optimizer", "values": ["sgd", "rmsprop"]}]},
        {"type": "fixed", "name": "seed", "value": 7},
        {"type": "int", "name": "batch", "min": 16, "max": 64, "step": 2, "sampling": "log"},
    ],
]
SPREADS = [
    {"type": "int", "name": "x", "min": 3, "max": 11},
    {"type": "int", "name": "x", "min": 32, "max": 512, "step": 32},
    {"type": "int", "name": "x", "min": 1, "max": 1000, "sampling": "log"},
    {"type": "int", "name": "x", "min": 2, "max": 32, "step": 2, "sampling": "log"},
    {"type": "float", "name": "x", "min": 0.0001, "max": 0.1, "sampling": "log"},
    {"type": "float", "name": "x", "min": 0.0001, "max": 0.1, "sampling": "reverseLog"},
    {"type": "float", "name": "x", "min": 0.1, "max": 0.5, "step": 0.1},
    {"type": "float", "name": "x", "min": -1.0, "max": 3.0},
    {"type": "choice", "name": "x", "values": [0.01, 0.1, 1.0]},
]

# Keras Tuner tells of each trial on standard output.
with contextlib.redirect_stdout(sys.stderr):
    found = {
        "grids": [{"space": s, "points": grid(s)} for s in SPACES],
        "spreads": [{"hyperparameter": p, "values": spread(p)} for p in SPREADS],
    }
json.dump(found, sys.stdout, separators=(",", ":"))
print()
