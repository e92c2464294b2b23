"""Computes two samples by onnx.reference, the model widened to float64, and says, in one line of JSON, how long the second took.

    python reference_numpy.py JOB.json

JOB.json: src/bench-reference.ts, ReferenceJob.
"""

import json
import sys
import time

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
from onnx.reference import ReferenceEvaluator
from onnx.reference.op_run import OpRun
from worker import peak_bytes

FLOAT, DOUBLE = TensorProto.FLOAT, TensorProto.DOUBLE


class GlobalMaxPool(OpRun):
    """onnx 1.23's own takes the maximum over the channels where there is one spatial axis."""

    def _run(self, x):
        return (x.max(axis=tuple(range(2, x.ndim)), keepdims=True),)


class Softmax(OpRun):
    """Before opset 13, which onnx.reference does not tell from later ones: the axes from `axis` on are one, and 1 is the default."""

    def _run(self, x, axis=None):
        first = 1 if axis is None or "axis" not in {each.name for each in self.onnx_node.attribute} else axis
        rows = x.reshape(int(np.prod(x.shape[:first])), -1)
        powers = np.exp(rows - rows.max(axis=1, keepdims=True))
        return ((powers / powers.sum(axis=1, keepdims=True)).reshape(x.shape),)


def widened(tensor):
    if tensor.data_type != FLOAT:
        return tensor
    return numpy_helper.from_array(numpy_helper.to_array(tensor).astype(np.float64), tensor.name)


def widen_graph(graph):
    """Weights, constants and casts become float64, in inner graphs too; attributes that are numbers stay the float32 that they are."""
    for weight in graph.initializer:
        weight.CopyFrom(widened(weight))
    for value in [*graph.input, *graph.output, *graph.value_info]:
        if value.type.tensor_type.elem_type == FLOAT:
            value.type.tensor_type.elem_type = DOUBLE
    for node in graph.node:
        for attribute in node.attribute:
            if attribute.type == onnx.AttributeProto.TENSOR:
                attribute.t.CopyFrom(widened(attribute.t))
            elif attribute.type == onnx.AttributeProto.GRAPH:
                widen_graph(attribute.g)
            elif attribute.name in ("to", "dtype") and attribute.i == FLOAT:
                attribute.i = DOUBLE
        if node.op_type == "ConstantOfShape" and not node.attribute:
            zero = numpy_helper.from_array(np.zeros(1, np.float64))
            node.attribute.append(helper.make_attribute("value", zero))


def read(tensor):
    data = np.fromfile(tensor["file"], np.dtype(tensor["dtype"])).reshape(tensor["dims"])
    return data.astype(np.float64) if data.dtype == np.float32 else data


with open(sys.argv[1]) as file:
    job = json.load(file)
model = onnx.load(job["model"])
widen_graph(model.graph)
opset = next(each.version for each in model.opset_import if each.domain in ("", "ai.onnx"))
evaluator = ReferenceEvaluator(model, new_ops=[GlobalMaxPool, *([Softmax] if opset < 13 else [])])
feeds = {each["name"]: read(each) for each in job["inputs"]}
evaluator.run(None, feeds)
cpu = time.process_time()
begin = time.perf_counter()
outputs = evaluator.run(None, feeds)
seconds = time.perf_counter() - begin
cpu_seconds = time.process_time() - cpu
floats = [each for each in outputs if each.dtype.kind == "f"]
with open(job["outputs"], "wb") as file:
    for each in floats:
        file.write(np.ascontiguousarray(each, np.float64).tobytes())
versions = {"onnx": onnx.__version__, "numpy": np.__version__, "python": sys.version.split()[0]}
answer = {"seconds": seconds, "cpuSeconds": cpu_seconds, "peakBytes": peak_bytes(), "versions": versions}
print(json.dumps(answer))
