"""What another engine computes: Python's ONNX Runtime, which rewrites nothing of the graph.

    python oracle.py MODEL INPUTS.npz OUTPUTS.npz [--by-row]

`--by-row` runs the rows of the inputs one by one, and puts the outputs' together.
"""

import sys

import numpy
import onnxruntime


def main(model: str, inputs: str, outputs: str, *flags: str) -> None:
    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    options.log_severity_level = 4
    session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    names = [output.name for output in session.get_outputs()]
    given = dict(numpy.load(inputs))
    if "--by-row" in flags:
        rows = len(next(iter(given.values())))
        each = [session.run(None, {name: array[i : i + 1] for name, array in given.items()}) for i in range(rows)]
        computed = [numpy.concatenate(arrays) for arrays in zip(*each)]
    else:
        computed = session.run(None, given)
    numpy.savez(outputs, **dict(zip(names, computed)))


if __name__ == "__main__":
    main(*sys.argv[1:])
