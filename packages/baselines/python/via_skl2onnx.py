"""skl2onnx's own converters behind the shared interface: raw pixels in, the outputs under the names of the profile."""

from onnx import TensorProto, helper
from onnx_graph import IR_VERSION, OPSET, Graph
from skl2onnx import convert_sklearn, __version__
from skl2onnx.common.data_types import FloatTensorType

import numpy as np

ML_OPSET = 3


def via_skl2onnx(kind, model, size):
    options, scores = kind.SKL2ONNX
    pixels = int(np.prod(size))
    converted = convert_sklearn(
        model,
        initial_types=[("rescaled", FloatTensorType([None, pixels]))],
        target_opset={"": OPSET, "ai.onnx.ml": ML_OPSET},
        options={id(model): options},
    )
    graph = Graph(*size)
    graph.add("Div", [graph.flat(), graph.constant("white", np.float32(255))], "rescaled")
    found_label, found_scores = (each.name for each in converted.graph.output)
    renamed = {found_label: "label", found_scores: scores}
    nodes = [*graph.nodes]
    for node in converted.graph.node:
        node.input[:] = [renamed.get(name, name) for name in node.input]
        node.output[:] = [renamed.get(name, name) for name in node.output]
        nodes.append(node)
    outputs = [
        helper.make_tensor_value_info("label", TensorProto.INT64, ["batch"]),
        helper.make_tensor_value_info(scores, TensorProto.FLOAT, ["batch", len(model.classes_)]),
    ]
    constants = [*graph.constants, *converted.graph.initializer]
    imports = {each.domain: each.version for each in converted.opset_import}
    imports[""] = OPSET
    return helper.make_model(
        helper.make_graph(nodes, "classifier", [graph.input], outputs, constants),
        opset_imports=[helper.make_opsetid(domain, number) for domain, number in imports.items()],
        ir_version=IR_VERSION,
        producer_name="skl2onnx",
        producer_version=__version__,
    )
