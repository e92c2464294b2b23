"""The machine's float32 peak as a library reaches it: products of two square matrices. See worker.py; a step is one product."""

import os
import sys

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

from worker import serve  # noqa: E402


def with_torch(size, threads):
    import torch

    torch.set_num_threads(threads)
    a, b = torch.rand(size, size), torch.rand(size, size)
    out = torch.empty(size, size)

    def product():
        torch.mm(a, b, out=out)
        return out[0, 0].item()

    return product, {"torch": torch.__version__}


def with_tensorflow(size, threads):
    import tensorflow as tf

    tf.config.threading.set_intra_op_parallelism_threads(threads)
    a, b = tf.random.uniform((size, size)), tf.random.uniform((size, size))

    def product():
        return float(tf.linalg.matmul(a, b)[0, 0])

    return product, {"tensorflow": tf.__version__}


LIBRARIES = {"torch": with_torch, "tensorflow": with_tensorflow}


def prepare(job):
    product, versions = LIBRARIES[job["library"]](job["size"], job["threads"])
    product()

    def run(steps):
        for _ in range(steps):
            value = product()
        return value

    return {"versions": {**versions, "python": sys.version.split()[0]}}, run


if __name__ == "__main__":
    serve(prepare)
