"""Python's onnxruntime as a contender: a step scores all test images, from the model's file and images in memory to accuracy
and confusion matrix. See worker.py, which says how it is talked to.
"""

import sys
import time

import numpy as np
import onnxruntime
from worker import serve


def prepare(job):
    begin = time.perf_counter()
    images = np.fromfile(job["images"], np.uint8).reshape(job["imageShape"])
    labels = np.fromfile(job["labels"], np.int32)
    size, classes = job["configuration"]["batch"], job["classes"]

    def open_model():
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = job["threads"]
        return onnxruntime.InferenceSession(job["model"], options, providers=["CPUExecutionProvider"])

    def score():
        session = open_model()
        predicted = np.empty(len(labels), np.int64)
        for first in range(0, len(labels), size):
            batch = images[first : first + size].astype(np.float32)
            outputs = session.run(None, {"pixels": batch})
            predicted[first : first + size] = outputs[names.index("label")]
        confusion = np.bincount(labels * classes + predicted, minlength=classes**2).reshape(classes, classes)
        return 1 - confusion.trace() / len(labels)

    session = open_model()
    names = [output.name for output in session.get_outputs()]
    compared = session.run(None, {"pixels": images[: job["compared"]].astype(np.float32)})
    probabilities = compared[names.index("probabilities")] if "probabilities" in names else np.empty(0)

    def evaluate(times):
        for _ in range(times):
            mistakes = score()
        return float(mistakes)

    return {
        "preparationMs": (time.perf_counter() - begin) * 1000,
        "logProbabilities": np.log(np.maximum(probabilities, 1e-30)).reshape(-1).tolist(),
        "multiple": 1,
        "versions": {
            "onnxruntime": onnxruntime.__version__,
            "numpy": np.__version__,
            "python": sys.version.split()[0],
        },
    }, evaluate


if __name__ == "__main__":
    serve(prepare)
