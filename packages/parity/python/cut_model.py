"""What Python's onnx makes of a model cut at some values: the oracle of @congruent/onnx's extract.

stdin: JSON {"model": path, "cuts": [{"inputs": [...], "outputs": [...]}], "check": [paths]}
stdout: JSON {"cuts": [{"nodes": [...], "weights": [...]}], "flaws": {path: the checker's words}}
"""

import json
import sys

import onnx

request = json.load(sys.stdin)
model = onnx.shape_inference.infer_shapes(onnx.load(request["model"]), strict_mode=True)
extractor = onnx.utils.Extractor(model)
cuts = []
for cut in request["cuts"]:
    graph = extractor.extract_model(cut["inputs"], cut["outputs"]).graph
    cuts.append({
        "nodes": [list(node.output) for node in graph.node],
        "weights": sorted(weight.name for weight in graph.initializer),
    })
flaws = {}
for path in request["check"]:
    try:
        # Shapes of the outputs that were added are inferred; the inputs must be declared as they are.
        onnx.checker.check_model(onnx.shape_inference.infer_shapes(onnx.load(path), strict_mode=True))
    except Exception as error:
        flaws[path] = str(error)
json.dump({"cuts": cuts, "flaws": flaws}, sys.stdout)
