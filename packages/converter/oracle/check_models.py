"""Checks ONNX models with the onnx package: the checker in full, then strict shape inference.

Reads JSON {name: base64 of the file} from standard input; prints JSON {name: null where the model passes, else the reason}.
"""

import base64
import json
import sys

import onnx


def flaw_of(data):
    model = onnx.load_from_string(data)
    try:
        onnx.checker.check_model(model, full_check=True)
        # The values' types that the file states are part of what must fit.
        onnx.shape_inference.infer_shapes(model, check_type=True, strict_mode=True, data_prop=True)
    except (onnx.checker.ValidationError, onnx.shape_inference.InferenceError, RuntimeError) as error:
        return str(error)
    return None


print(json.dumps({name: flaw_of(base64.b64decode(text)) for name, text in json.load(sys.stdin).items()}))
