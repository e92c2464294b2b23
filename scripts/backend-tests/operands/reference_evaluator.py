"""What onnx.reference computes from changed operands. Input: a file of one JSON document per line: model, feeds and outputs as base64 of
protobuf messages. Output, a line of JSON for each: ["same"], ["refused", message] or ["differs", message]."""

import base64
import json
import sys
import warnings

import numpy as np
import onnx
from onnx import numpy_helper
from onnx.reference import ReferenceEvaluator

warnings.filterwarnings("ignore")


def array(text):
    return numpy_helper.to_array(onnx.TensorProto.FromString(base64.b64decode(text)))


def answer(case):
    model = onnx.ModelProto.FromString(base64.b64decode(case["model"]))
    feeds = {name: array(text) for name, text in case["feeds"].items()}
    try:
        wanted = ReferenceEvaluator(model).run(None, feeds)
    except BaseException as error:  # noqa: BLE001: some operators raise SystemError
        return ["refused", f"{type(error).__name__}: {str(error)[:200]}"]
    for output, want in zip(model.graph.output, wanted):
        got, want = array(case["outputs"][output.name]), np.asarray(want)
        if got.shape != want.shape:
            return ["differs", f"{output.name} is of shape {got.shape}, not {want.shape}"]
        if got.dtype.kind in "fc":
            same = np.allclose(got.astype(np.float64), want.astype(np.float64), rtol=1e-3, atol=1e-5, equal_nan=True)
        else:
            same = bool((got == want).all())
        if not same:
            return ["differs", f"{output.name} has other values"]
    return ["same"]


for line in open(sys.argv[1], encoding="utf8"):
    print(json.dumps(answer(json.loads(line))))
