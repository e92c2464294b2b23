from itertools import combinations

import numpy as np
from rounding import squared_norms, sum_bound, whole_pixels
from sklearn.metrics.pairwise import rbf_kernel
from sklearn.svm import SVC

MARGIN = "the smallest of the decision values between two classes"
# Images whose kernel values are held at a time.
CHUNK = 512
SKL2ONNX = ({"zipmap": False}, "scores")


def build(parameters, seed):
    return SVC(**parameters, random_state=seed)


def converged(model):
    return model.fit_status_ == 0 and (model.max_iter < 0 or np.max(model.n_iter_) < model.max_iter), int(np.sum(model.n_iter_))


def predict(model, x):
    """Labels by votes, as libsvm decides; the scores rank by votes first and by confidence within equal votes."""
    scores = model.decision_function(x)
    if scores.ndim == 1:
        scores = np.column_stack([-scores, scores])
    return model.predict(x), {"scores": scores}


def ties(model, x, found):
    """The decision values in float64 once more, by matrix products: libsvm's own take a minute for 10,000 images."""
    weights = pair_weights(model)
    margins, magnitude = [], 0.0
    for begin in range(0, len(x), CHUNK):
        kernel = rbf_kernel(x[begin : begin + CHUNK], model.support_vectors_, gamma=model._gamma)
        margins.append(np.abs(kernel @ weights + model._intercept_).min(axis=1))
        magnitude = max(magnitude, float((kernel @ np.abs(weights)).max()))
    return np.concatenate(margins), *sum_bound(len(model.support_), magnitude)


def facts(model):
    return {"supportVectors": len(model.support_), "gamma": float(model._gamma)}


def pair_weights(model):
    """[support vectors, pairs]: a vector's coefficient in the decision between its class and another, else 0."""
    dual = model._dual_coef_
    ends = np.cumsum(model.n_support_)
    begins = ends - model.n_support_
    classes = range(len(model.classes_))
    weights = np.zeros((dual.shape[1], len(list(combinations(classes, 2)))))
    for pair, (i, j) in enumerate(combinations(classes, 2)):
        weights[begins[i] : ends[i], pair] = dual[j - 1, begins[i] : ends[i]]
        weights[begins[j] : ends[j], pair] = dual[i, begins[j] : ends[j]]
    return weights


def graph(model, g):
    """Distances between raw pixels are whole numbers, which float32 holds exactly below 2^24: |v|^2 - 2 v x + |x|^2."""
    vectors = whole_pixels(model.support_vectors_)
    classes = len(model.classes_)
    pairs = list(combinations(range(classes), 2))
    flat = g.flat()
    vectors_float = g.add("Cast", [g.constant("support_vectors", vectors)], "support_vectors_float", to=1)
    norms = g.constant("support_norms", squared_norms(vectors).astype(np.float32))
    products = g.add("Gemm", [flat, vectors_float, norms], "norms_minus_products", transB=1, alpha=-2.0)
    own = g.add("ReduceSumSquare", [flat, g.constant("pixel_axis", np.array([1]))], "own_norm", keepdims=1)
    distances = g.add("Add", [products, own], "squared_distances")
    scale = g.constant("minus_gamma", np.float32(-model._gamma / 255**2))
    kernel = g.add("Exp", [g.add("Mul", [distances, scale], "exponents")], "kernel")
    decisions = g.add(
        "Gemm",
        [
            kernel,
            g.constant("pair_weights", pair_weights(model).astype(np.float32)),
            g.constant("intercepts", model._intercept_.astype(np.float32)),
        ],
        "decisions",
    )
    if classes == 2:
        scores = g.add("Concat", [decisions, g.add("Neg", [decisions], "other_decision")], "scores", axis=1)
        g.label(scores)
        g.scores("scores", classes)
        return
    # +1 where the pair's first class gains from a positive decision, -1 where the second one loses.
    signs = np.zeros((len(pairs), classes), np.float32)
    for pair, (i, j) in enumerate(pairs):
        signs[pair, i], signs[pair, j] = 1, -1
    seconds = (signs < 0).astype(np.float32)
    negative = g.add("Less", [decisions, g.constant("zero", np.float32(0))], "for_second")
    lost = g.add("Cast", [negative], "for_second_float", to=1)
    # A negative decision is a vote for the second class and none for the first.
    every = g.constant("votes_if_all_for_first", (signs > 0).sum(axis=0).astype(np.float32))
    votes = g.add("Gemm", [lost, g.constant("vote_moves", seconds - (signs > 0)), every], "votes")
    g.label(votes)
    confidences = g.add("MatMul", [decisions, g.constant("confidence_signs", signs)], "confidences")
    size = g.add("Add", [g.add("Abs", [confidences], "confidence_size"), g.constant("one", np.float32(1))], "one_more")
    # Within a third: no confidence outweighs a vote.
    third = g.add("Mul", [size, g.constant("three", np.float32(3))], "three_times")
    g.add("Add", [votes, g.add("Div", [confidences, third], "squeezed_confidences")], "scores")
    g.scores("scores", classes)
