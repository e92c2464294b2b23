"""Where the time of a captured training step goes: runs it in TensorFlow with tracing on, and prints one line of JSON.

    python profile_step.py JOB.json

JOB.json names the SavedModel that the trainer wrote (signatures init, load and stepN), the examples and the number of steps. Weights
are drawn at random: the time of a step does not depend on them.
"""

import json
import os
import statistics
import sys
import time
from collections import defaultdict

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

import numpy as np  # noqa: E402
import tensorflow as tf  # noqa: E402

v1 = tf.compat.v1
WARM_UP = 5


def shape_of(info):
    return [dim.size for dim in info.tensor_shape.dim]


def initial_values(signature):
    rng = np.random.default_rng(0)
    infos = signature.inputs.values()
    return {info.name: (rng.standard_normal(shape_of(info)) * 0.05).astype(np.float32) for info in infos}


def examples(signature, job):
    """The job's images as bytes, four of them in one int32, and its labels: what the trainer feeds."""
    images = np.fromfile(job["images"], np.float32).astype(np.uint8)
    labels = np.fromfile(job["labels"], np.int32)
    columns = [(np.pad(images, (0, -len(images) % 4)).view(np.int32), len(images)), (labels, len(labels))]
    feeds = {}
    for i, (values, length) in enumerate(columns):
        feeds[signature.inputs[f"values{i}"].name] = values
        feeds[signature.inputs[f"length{i}"].name] = np.array([length], np.int32)
    return feeds


def step_feeds(signature, batch):
    """Positions, the step's number, and for every scalar of the optimizer a small learning rate: nothing grows."""
    feeds = {info.name: np.float32(1e-6) for info in signature.inputs.values()}
    feeds[signature.inputs["positions"].name] = np.arange(batch, dtype=np.int32)
    feeds[signature.inputs["step"].name] = np.int32(1)
    return feeds


def operator_of(stats):
    """`name = Operator(inputs)`, as TensorFlow labels what it ran, after whatever it fused or replaced."""
    _, _, call = stats.timeline_label.partition(" = ")
    return call.partition("(")[0] or stats.node_name


def main():
    with open(sys.argv[1]) as file:
        job = json.load(file)
    tf.load_op_library(job["operators"])
    config = v1.ConfigProto(intra_op_parallelism_threads=job["perOperator"], inter_op_parallelism_threads=job["threads"])
    with v1.Session(graph=tf.Graph(), config=config) as session:
        meta = v1.saved_model.load(session, ["serve"], job["graphDirectory"])
        signatures = meta.signature_def
        session.run(signatures["init"].outputs["done"].name, initial_values(signatures["init"]))
        session.run(signatures["load"].outputs["loaded"].name, examples(signatures["load"], job))
        step = signatures[f"step{job['batch']}"]
        feeds, fetch = step_feeds(step, job["batch"]), step.outputs["report"].name
        for _ in range(WARM_UP):
            session.run(fetch, feeds)
        times = []
        for _ in range(job["steps"]):
            begin = time.perf_counter()
            session.run(fetch, feeds)
            times.append((time.perf_counter() - begin) * 1000)
        spent, operators = defaultdict(float), {}
        options = v1.RunOptions(trace_level=v1.RunOptions.FULL_TRACE)
        for _ in range(job["steps"]):
            metadata = v1.RunMetadata()
            session.run(fetch, feeds, options=options, run_metadata=metadata)
            for device in metadata.step_stats.dev_stats:
                for stats in device.node_stats:
                    operators[stats.node_name] = operator_of(stats)
                    spent[stats.node_name] += stats.op_end_rel_micros - stats.op_start_rel_micros
        nodes = [
            {"name": name, "operator": operators[name], "milliseconds": total / 1000 / job["steps"]}
            for name, total in spent.items()
        ]
        print(json.dumps({"milliseconds": statistics.median(times), "nodes": nodes, "tensorflow": tf.__version__}))


if __name__ == "__main__":
    main()
