"""Fits an estimator of scikit-learn and records what it predicts itself.

    python fit.py JOB

The job names the estimator, its parameters, the seed, a folder with x_train.npy, y_train.npy (uint8 [n, pixels], [n]) and
x_test.npy, and the folder to leave estimator.joblib and predictions.npz in.
"""

import time
import warnings

import joblib
import numpy as np
from job import estimator, limit_memory, peak_memory_bytes, run, say, versions

WHITE = 255.0


def jsonable(parameters):
    kept = (bool, int, float, str, type(None))
    return {name: value if isinstance(value, kept) else str(value) for name, value in parameters.items()}


def refuse_missing_classes(labels, classes):
    missing = sorted(set(range(classes)) - set(np.unique(labels).tolist()))
    if missing:
        raise ValueError(f"no training image has the label {', '.join(map(str, missing))}: the model could never give it")


def work(job):
    kind = estimator(job["estimator"])
    limit_memory(job["memoryBytes"])
    model = kind.build(job["parameters"], job["seed"])
    data, out = job["data"], job["out"]
    x, y = np.load(f"{data}/x_train.npy") / WHITE, np.load(f"{data}/y_train.npy").astype(np.int64)
    refuse_missing_classes(y, job["classes"])
    name = type(model).__name__
    say(f"fitting {name} to {len(x)} images of {x.shape[1]} pixels")
    begin = time.perf_counter()
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        model.fit(x, y)
    fitted = time.perf_counter()
    say(f"fitted {name} in {fitted - begin:.1f} s")
    converged, iterations = kind.converged(model)
    del x
    tested = np.load(f"{data}/x_test.npy") / WHITE
    say(f"predicting {len(tested)} test images")
    begin_prediction = time.perf_counter()
    labels, scores = kind.predict(model, tested)
    predicted = time.perf_counter()
    say(f"predicted in {predicted - begin_prediction:.1f} s")
    margins, bound, why = kind.ties(model, tested, scores)
    np.savez(f"{out}/predictions.npz", label=labels.astype(np.int64), margin=margins, **scores)
    # Pixels compress well, and a fitted model carries many.
    joblib.dump(model, f"{out}/estimator.joblib", compress=3)
    return {
        "class": name,
        "parameters": jsonable(model.get_params()),
        "converged": converged if converged is None else bool(converged),
        "iterations": iterations,
        "warnings": sorted({str(each.message).split("\n")[0] for each in caught}),
        "facts": kind.facts(model),
        "seconds": {"fit": fitted - begin, "predict": predicted - begin_prediction},
        "peakMemoryBytes": peak_memory_bytes(),
        "margin": kind.MARGIN,
        "tie": {"bound": bound, "why": why},
        "versions": versions(),
    }


if __name__ == "__main__":
    run(work)
