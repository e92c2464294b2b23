"""Densities of Optuna 5.0's Parzen estimators: what fixtures/optuna-parzen.json holds.

Needs `pip install optuna==5.0.0` in an environment of its own:
    python oracle/optuna_parzen.py > fixtures/optuna-parzen.json
"""

import json
import sys

import numpy as np
from optuna.distributions import CategoricalDistribution, FloatDistribution, IntDistribution
from optuna.samplers._tpe.parzen_estimator import _ParzenEstimator, _ParzenEstimatorParameters
from optuna.samplers._tpe.sampler import default_weights

# As TPESampler's own defaults.
PARAMETERS = _ParzenEstimatorParameters(
    prior_weight=1.0, consider_magic_clip=True, consider_endpoints=False, weights=default_weights, multivariate=False
)
rng = np.random.RandomState(1)


def case(hyperparameter, distribution, observations, points):
    estimator = _ParzenEstimator({"x": np.array(observations)}, {"x": distribution}, PARAMETERS)
    return {
        "hyperparameter": hyperparameter,
        "observations": observations,
        "points": points,
        "logDensities": estimator.log_pdf({"x": np.array(points)}).tolist(),
    }


def floats(n, low=0.0, high=1.0):
    return rng.uniform(low, high, n).tolist()


cases = [
    case({"type": "float", "name": "x", "min": 0, "max": 1}, FloatDistribution(0, 1), floats(n), floats(15))
    for n in (0, 1, 2, 7, 40)
]
cases += [
    case({"type": "int", "name": "x", "min": 32, "max": 512, "step": 32}, IntDistribution(32, 512, step=32),
         (32 * rng.randint(1, 17, n)).tolist(), [32 * i for i in range(1, 17)])
    # Fewer than 25, which have equal weights: numpy's argsort orders equal values as it likes.
    for n in (1, 9, 24)
]
cases += [
    case({"type": "choice", "name": "x", "values": [0, 1, 2]}, CategoricalDistribution([0, 1, 2]),
         rng.randint(0, 3, n).tolist(), [0, 1, 2])
    for n in (0, 1, 8, 30)
]
json.dump(cases, sys.stdout, separators=(",", ":"))
print()
