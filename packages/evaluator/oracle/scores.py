"""scikit-learn's and SciPy's answers to the cases on standard input (JSON), as JSON: the oracle of the metrics of scores."""

import json
import math
import sys
import warnings

import numpy as np
import sklearn
from scipy.stats import binomtest
from sklearn.calibration import calibration_curve
from sklearn.metrics import (
    average_precision_score,
    brier_score_loss,
    confusion_matrix,
    log_loss,
    precision_recall_curve,
    roc_auc_score,
    roc_curve,
    top_k_accuracy_score,
)

# Undefined cases are part of what is asked.
warnings.simplefilter("ignore")


def plain(values):
    """JSON has neither NaN nor infinity."""
    return [None if math.isnan(v) else "inf" if math.isinf(v) else float(v) for v in values]


def number(value):
    return None if math.isnan(value) else float(value)


def one_class(positive, scores):
    fpr, tpr, thresholds = roc_curve(positive, scores, pos_label=1)
    precision, recall, limits = precision_recall_curve(positive, scores, pos_label=1)
    corners = precision_recall_curve(positive, scores, pos_label=1, drop_intermediate=True)
    return {
        "roc": {"fpr": plain(fpr), "tpr": plain(tpr), "thresholds": plain(thresholds)},
        "auc": number(roc_auc_score(positive, scores)),
        "precisionRecall": {"precision": plain(precision), "recall": plain(recall), "thresholds": plain(limits)},
        "corners": [plain(values) for values in corners],
        "averagePrecision": number(average_precision_score(positive, scores)),
    }


def of_probabilities(truth, scores, classes):
    # In double precision, with the clipping of the numbers' own type.
    epsilon = np.finfo(scores.dtype).eps
    clipped = np.clip(scores, epsilon, 1 - epsilon).astype(np.float64)
    doubles = scores.astype(np.float64)
    predicted = scores.argmax(axis=1)
    right, confidence = predicted == truth, doubles.max(axis=1)
    bins = {}
    for count in (10, 15):
        accuracy, mean = calibration_curve(right, confidence, pos_label=True, n_bins=count)
        bins[count] = {"accuracy": plain(accuracy), "confidence": plain(mean)}
    answer = {
        "logLoss": log_loss(truth, clipped, labels=range(classes)),
        "ownLogLoss": log_loss(truth, scores, labels=range(classes)),
        "brier": brier_score_loss(truth, doubles, labels=range(classes)),
        "calibration": bins,
    }
    if classes > 2:
        answer["macroAuc"] = number(roc_auc_score(truth, doubles, multi_class="ovr", labels=range(classes)))
    return answer


def answer(case):
    truth = np.array(case["trueLabels"])
    scores = np.array(case["scores"], dtype=case["dtype"])
    classes = scores.shape[1]
    binarized = (truth[:, None] == np.arange(classes)).astype(int)
    predicted = scores.argmax(axis=1)
    found = {
        "classes": [one_class(binarized[:, c], scores[:, c]) for c in range(classes)],
        "macroAveragePrecision": number(average_precision_score(binarized, scores, average="macro")),
        "confusion": {
            by: confusion_matrix(truth, predicted, labels=range(classes), normalize=by).tolist()
            for by in ("true", "pred", "all")
        },
    }
    if classes > 2:
        found["topK"] = [top_k_accuracy_score(truth, scores, k=k, labels=range(classes)) for k in range(1, classes + 1)]
    if case["probabilities"]:
        found["probabilities"] = of_probabilities(truth, scores, classes)
    return found


asked = json.load(sys.stdin)
json.dump(
    {
        "version": sklearn.__version__,
        "answers": [answer(case) for case in asked["cases"]],
        "mcnemar": [binomtest(b, b + c, 0.5).pvalue if b + c > 0 else 1.0 for b, c in asked["mcnemar"]],
    },
    sys.stdout,
)
