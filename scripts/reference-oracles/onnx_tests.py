"""ONNX's node tests of operators that are newer than the archive of docs/backend-tests.md, made by the package itself. Arguments: operators.
Output, a line of JSON for each: {name, model, feeds, outputs}, all base64 of protobuf messages; feeds by name, outputs
in order."""

import base64
import json
import sys
import warnings

import numpy as np
from onnx import numpy_helper
from onnx.backend.test.case import node as cases

warnings.filterwarnings("ignore")


def text(message):
    return base64.b64encode(message.SerializeToString()).decode()


def encoded(x, name):
    if hasattr(x, "SerializeToString"):
        return text(x)
    return text(numpy_helper.from_array(np.asarray(x), name))


wanted = set(sys.argv[1:])
for test in cases.collect_testcases(None):
    if test.model is None or not test.data_sets or not wanted & {node.op_type for node in test.model.graph.node}:
        continue
    inputs, outputs = test.data_sets[0]
    if any(isinstance(x, (list, dict)) or x is None for x in (*inputs, *outputs)):
        continue
    graph = test.model.graph
    print(json.dumps({
        "name": test.name,
        "model": text(test.model),
        "feeds": {info.name: encoded(x, info.name) for info, x in zip(graph.input, inputs)},
        "outputs": [encoded(x, info.name) for info, x in zip(graph.output, outputs)],
    }))
