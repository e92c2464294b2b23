"""How `congruent bench` talks to a framework: a process that trains when it is told, one line of JSON in, one out.

    python keras_worker.py JOB.json

JOB.json names the network, the batch, the files and the configuration. The process first says that it is ready; then
{"steps": N} makes it train N steps and say how long they took. It ends when its standard input does.
"""

import json
import os
import sys
import time

import numpy as np


def load(job):
    """The job's images, float32 [count, 28, 28, 1], labels, int32 [count], and weights, one float32 vector."""
    images = np.fromfile(job["images"], np.float32).reshape(job["count"], *job["inputShape"])
    labels = np.fromfile(job["labels"], np.int32)
    return images, labels, np.fromfile(job["weights"], np.float32)


def peak_bytes():
    """The most memory this process has held so far: VmHWM; None where the system does not tell."""
    try:
        with open("/proc/self/status") as status:
            line = next(line for line in status if line.startswith("VmHWM"))
    except (OSError, StopIteration):
        return None
    return int(line.split()[1]) * 1024


def serve(prepare):
    """`prepare(job)` returns the first message and a function that trains a number of steps and returns the last loss."""
    # Whatever a framework prints must not get between the lines.
    out = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)

    def say(message):
        out.write(json.dumps(message) + "\n")

    with open(sys.argv[1]) as file:
        job = json.load(file)
    facts, train = prepare(job)
    say({"ready": facts, "peakBytes": peak_bytes()})
    for line in sys.stdin:
        steps = json.loads(line)["steps"]
        begin = time.perf_counter()
        loss = train(steps)
        say({"milliseconds": (time.perf_counter() - begin) * 1000, "loss": loss, "peakBytes": peak_bytes()})
