"""Checks an ONNX file with the onnx package: the checker in full, then strict shape inference.

    python check_model.py MODEL

Prints one JSON document: versions, opsets and the number of nodes. Ends with exit code 1 and the reason on
standard error where the file does not pass.
"""

import json
import sys

import onnx


def main(path):
    model = onnx.load(path)
    try:
        onnx.checker.check_model(model, full_check=True)
        inferred = onnx.shape_inference.infer_shapes(model, check_type=True, strict_mode=True, data_prop=True)
    except (onnx.checker.ValidationError, onnx.shape_inference.InferenceError) as error:
        print(error, file=sys.stderr)
        return 1
    known = {value.name for value in [*inferred.graph.value_info, *inferred.graph.output]}
    unknown = [name for node in inferred.graph.node for name in node.output if name and name not in known]
    print(
        json.dumps(
            {
                "onnx": onnx.__version__,
                "opsets": {entry.domain or "ai.onnx": entry.version for entry in model.opset_import},
                "nodes": len(model.graph.node),
                "withoutShape": unknown,
            }
        )
    )
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
