import numpy as np
from rounding import UNIT, best_minus_second, sum_bound
from sklearn.ensemble import RandomForestClassifier

MARGIN = "the best probability minus the second"
SKL2ONNX = ({"zipmap": False}, "probabilities")
LEAF = -1


def build(parameters, seed):
    # The number of jobs does not change the trees.
    return RandomForestClassifier(**parameters, random_state=seed, n_jobs=-1)


def converged(model):
    return None, None


def predict(model, x):
    # Several jobs would add up the trees in an order of their own each time.
    model.n_jobs = 1
    probabilities = model.predict_proba(x)
    return model.predict(x), {"probabilities": probabilities}


def ties(model, x, found):
    margin = best_minus_second(found["probabilities"])
    if all(pure(each.tree_) for each in model.estimators_):
        why = "leaves of one class count whole votes, exact in float32; a probability is rounded once"
        return margin, 2 * UNIT, why
    # Two sums of shares, each rounded as it is stored and as it is added.
    bound, why = sum_bound(2 * len(model.estimators_), 1)
    return margin, 2 * bound, why


def pure(tree):
    """Whether every leaf holds training images of one class only."""
    leaves = tree.value[tree.children_left == LEAF, 0]
    return bool((np.count_nonzero(leaves, axis=1) == 1).all())


def facts(model):
    trees = [each.tree_ for each in model.estimators_]
    return {
        "nodes": sum(tree.node_count for tree in trees),
        "leaves": int(sum(tree.n_leaves for tree in trees)),
        "depth": int(max(tree.max_depth for tree in trees)),
    }


def laid_out(tree):
    """Positions of a tree's nodes level by level: the children of a node stand side by side."""
    level = np.array([0])
    order = [level]
    while True:
        inner = level[tree.children_left[level] != LEAF]
        if len(inner) == 0:
            return np.concatenate(order)
        level = np.column_stack([tree.children_left[inner], tree.children_right[inner]]).ravel()
        order.append(level)


def below(thresholds):
    """The largest float32 that is no larger: x <= threshold holds of the same float32 numbers x."""
    nearest = thresholds.astype(np.float32)
    return np.where(nearest > thresholds, np.nextafter(nearest, np.float32(-np.inf)), nearest)


def tables(model):
    """All trees in one list of nodes. A leaf's only child is itself: it is never left."""
    roots, left, feature, threshold, shares = [], [], [], [], []
    offset = 0
    for each in model.estimators_:
        tree = each.tree_
        order = laid_out(tree)
        position = np.empty(len(order), np.int64)
        position[order] = np.arange(len(order))
        leaf = tree.children_left[order] == LEAF
        child = np.where(leaf, np.arange(len(order)), position[tree.children_left[order]])
        roots.append(offset)
        left.append(offset + child)
        feature.append(np.where(leaf, 0, tree.feature[order]))
        threshold.append(np.where(leaf, np.inf, tree.threshold[order]))
        # Only a leaf's shares are ever read.
        shares.append(np.where(leaf[:, None], tree.value[order, 0, :], 0))
        offset += len(order)
    # Most leaves hold one class alone: few rows are different.
    rows, row_of_node = np.unique(np.concatenate(shares), axis=0, return_inverse=True)
    return {
        "roots": np.array(roots, np.int32),
        "left": np.concatenate(left).astype(np.int32),
        "feature": np.concatenate(feature).astype(np.int32),
        "threshold": below(np.concatenate(threshold)),
        "row": row_of_node.ravel().astype(np.int32),
        "shares": rows.astype(np.float32),
    }


def graph(model, g):
    """Every tree takes one step down in each round, side by side: to the left child, or by one to its right neighbor."""
    t = tables(model)
    rescaled = g.add("Div", [g.flat(), g.constant("white", np.float32(255))], "rescaled")
    left, feature, threshold = (g.constant(name, t[name]) for name in ("left", "feature", "threshold"))
    node = g.constant("roots", t["roots"])
    for step in range(facts(model)["depth"]):
        asked = g.add("Gather", [feature, node], f"feature_{step}", axis=0)
        # The roots are the same for all images.
        value = (
            g.add("Gather", [rescaled, asked], "value_0", axis=1)
            if step == 0
            else g.add("GatherElements", [rescaled, asked], f"value_{step}", axis=1)
        )
        limit = g.add("Gather", [threshold, node], f"threshold_{step}", axis=0)
        right = g.add("Cast", [g.add("Greater", [value, limit], f"right_{step}")], f"by_{step}", to=6)
        child = g.add("Gather", [left, node], f"left_{step}", axis=0)
        node = g.add("Add", [child, right], f"node_{step}")
    row = g.add("Gather", [g.constant("row", t["row"]), node], "row_of_leaf", axis=0)
    shares = g.add("Gather", [g.constant("shares", t["shares"]), row], "shares_of_trees", axis=0)
    votes = g.add("ReduceSum", [shares, g.constant("tree_axis", np.array([1]))], "votes", keepdims=0)
    g.label(votes)
    trees = g.constant("trees", np.float32(len(model.estimators_)))
    g.add("Div", [votes, trees], "probabilities")
    g.scores("probabilities", len(model.classes_))
