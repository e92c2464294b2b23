import numpy as np
from rounding import best_minus_second, sum_bound
from sklearn.linear_model import LogisticRegression

MARGIN = "the best logit minus the second"
SKL2ONNX = ({"zipmap": False}, "probabilities")


def build(parameters, seed):
    return LogisticRegression(**parameters, random_state=seed)


def converged(model):
    iterations = int(np.max(model.n_iter_))
    return iterations < model.max_iter, iterations


def weights(model):
    """Of two classes scikit-learn keeps one row, the second's: the first one's logit is 0."""
    coefficients, intercepts = model.coef_, model.intercept_
    if len(coefficients) > 1:
        return coefficients, intercepts
    return np.vstack([np.zeros_like(coefficients), coefficients]), np.append(0.0, intercepts)


def predict(model, x):
    decisions = model.decision_function(x)
    logits = decisions if decisions.ndim == 2 else np.column_stack([np.zeros_like(decisions), decisions])
    return model.predict(x), {"logits": logits, "probabilities": model.predict_proba(x)}


def ties(model, x, found):
    coefficients, intercepts = weights(model)
    magnitude = float((x @ np.abs(coefficients).T + np.abs(intercepts)).max())
    bound, why = sum_bound(x.shape[1] + 1, magnitude)
    return best_minus_second(found["logits"]), 2 * bound, f"2 logits, each {why}"


def facts(model):
    return {"coefficients": int(model.coef_.size + model.intercept_.size)}


def graph(model, g):
    coefficients, intercepts = weights(model)
    rescaled = g.add("Div", [g.flat(), g.constant("white", np.float32(255))], "rescaled")
    logits = g.add(
        "Gemm",
        [
            rescaled,
            g.constant("coefficients", coefficients.astype(np.float32)),
            g.constant("intercepts", intercepts.astype(np.float32)),
        ],
        "logits",
        transB=1,
    )
    g.label(logits)
    g.add("Softmax", [logits], "probabilities", axis=1)
    g.scores("probabilities", len(coefficients))
    g.scores("logits", len(coefficients))
