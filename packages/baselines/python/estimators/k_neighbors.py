import numpy as np
from rounding import squared_norms, whole_pixels
from sklearn.neighbors import KNeighborsClassifier

MARGIN = "how much farther the next image is than the last neighbor, in squared gray values"
SKL2ONNX = ({"zipmap": False}, "probabilities")
EXACT = 2**24


def build(parameters, seed):
    return KNeighborsClassifier(**parameters, n_jobs=-1)


def converged(model):
    return None, None


def predict(model, x):
    return model.predict(x), {"probabilities": model.predict_proba(x)}


def ties(model, x, found):
    """Squared distances of raw pixels are whole numbers: rounded, they are free of float64's own errors."""
    margins = np.full(len(x), np.inf)
    if model.n_neighbors < model.n_samples_fit_:
        distances, _ = model.kneighbors(x, model.n_neighbors + 1)
        squared = np.rint(distances**2 * 255**2)
        margins = squared[:, -1] - squared[:, -2]
    largest = max(squared_norms(whole_pixels(model._fit_X)).max(), squared_norms(whole_pixels(x)).max())
    if largest <= EXACT:
        return margins, 0.0, "squared distances are whole numbers below 2^24, exact in float32: only equal ones are a tie"
    bound = 8 * float(2.0 ** np.ceil(np.log2(largest / EXACT)))
    return margins, bound, f"a few roundings of squared distances up to {largest:.0f}, beyond what float32 counts exactly"


def facts(model):
    return {"images": int(model.n_samples_fit_)}


def graph(model, g):
    """|t|^2 - 2 t x ranks the training images t as the distance does; a pixel takes one byte in the file."""
    images = whole_pixels(model._fit_X)
    images_float = g.add("Cast", [g.constant("images", images)], "images_float", to=1)
    norms = g.constant("image_norms", squared_norms(images).astype(np.float32))
    ranks = g.add("Gemm", [g.flat(), images_float, norms], "ranks", transB=1, alpha=-2.0)
    count = model.n_neighbors
    # Of equals the lower index comes first.
    nearest, positions = g.unique("nearest_ranks"), g.unique("nearest")
    g.many("TopK", [ranks, g.constant("k", np.array([count]))], [nearest, positions], axis=1, largest=0, sorted=1)
    labels = g.add("Gather", [g.constant("image_labels", model._y.astype(np.int32)), positions], "labels", axis=0)
    each = g.add("Unsqueeze", [labels, g.constant("last_axis", np.array([2]))], "labels_apart")
    classes = np.arange(len(model.classes_), dtype=np.int32)
    same = g.add("Cast", [g.add("Equal", [each, g.constant("classes", classes)], "is_class")], "is_class_float", to=1)
    votes = g.add("ReduceSum", [same, g.constant("neighbor_axis", np.array([1]))], "votes", keepdims=0)
    g.label(votes)
    g.add("Div", [votes, g.constant("neighbors", np.float32(count))], "probabilities")
    g.scores("probabilities", len(model.classes_))
