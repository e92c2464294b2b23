"""Writes a fitted estimator as an image classifier's ONNX graph.

    python convert.py JOB

`via` is `native`, the graphs of estimators/*.py in the standard operator set, or `skl2onnx`, that package's own converters,
which use the operator set ai.onnx.ml.
"""

import joblib
from job import estimator, run, versions
from onnx_graph import Graph, save


def native(kind, model, size):
    graph = Graph(*size)
    kind.graph(model, graph)
    return graph.model("congruent", "1")


def skl2onnx(kind, model, size):
    # Only here: it imports all of scikit-learn.
    from via_skl2onnx import via_skl2onnx

    return via_skl2onnx(kind, model, size)


def work(job):
    kind = estimator(job["estimator"])
    model = joblib.load(job["fitted"])
    size = job["height"], job["width"], job["channels"]
    written = {"native": native, "skl2onnx": skl2onnx}[job["via"]](kind, model, size)
    save(written, job["out"])
    return {"outputs": [each.name for each in written.graph.output], "versions": versions()}


if __name__ == "__main__":
    run(work)
