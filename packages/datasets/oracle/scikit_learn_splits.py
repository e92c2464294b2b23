"""What scikit-learn's train_test_split makes of 0 to n - 1.

Reads JSON from standard input: [{"n", "fraction", "seed"}]. Prints JSON: [{"kept", "apart", "permutation"}], the
permutation by NumPy's RandomState.
"""

import json
import sys

import numpy as np
from sklearn.model_selection import train_test_split

answers = []
for case in json.load(sys.stdin):
    numbers = np.arange(case["n"])
    kept, apart = train_test_split(
        numbers, test_size=case["fraction"], random_state=case["seed"], shuffle=True
    )
    permutation = np.random.RandomState(case["seed"]).permutation(case["n"])
    parts = {"kept": kept, "apart": apart, "permutation": permutation}
    answers.append({name: part.tolist() for name, part in parts.items()})
json.dump(answers, sys.stdout)
