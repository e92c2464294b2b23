"""scikit-learn's answers to the cases on standard input (JSON), as JSON: the oracle of this package's tests."""

import json
import sys

import sklearn
from sklearn.metrics import (
    accuracy_score,
    classification_report,
    confusion_matrix,
    precision_recall_fscore_support,
)


def averages(case, average):
    precision, recall, f1, _ = precision_recall_fscore_support(
        case["trueLabels"], case["predicted"], labels=case["classes"], average=average, zero_division=0
    )
    return {"precision": float(precision), "recall": float(recall), "f1": float(f1)}


def answer(case):
    truth, predicted, classes = case["trueLabels"], case["predicted"], case["classes"]
    rows = precision_recall_fscore_support(truth, predicted, labels=classes, average=None, zero_division=0)
    return {
        "classes": [
            {"precision": float(p), "recall": float(r), "f1": float(f), "support": int(s)} for p, r, f, s in zip(*rows)
        ],
        "accuracy": float(accuracy_score(truth, predicted)),
        **{average: averages(case, average) for average in ("micro", "macro", "weighted")},
        "text": classification_report(
            truth,
            predicted,
            labels=classes,
            target_names=[case["labels"][index] for index in classes],
            digits=case["digits"],
            zero_division=0,
        ),
        "confusion": confusion_matrix(truth, predicted, labels=range(len(case["labels"]))).tolist(),
    }


cases = json.load(sys.stdin)
json.dump({"version": sklearn.__version__, "answers": [answer(case) for case in cases]}, sys.stdout)
