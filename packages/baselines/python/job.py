"""How a program here is called: job.json in, answer.json out, progress as lines on standard output."""

import json
import os
import resource
import sys
from importlib import import_module
from importlib.metadata import version

PACKAGES = ["scikit-learn", "numpy", "scipy", "skl2onnx", "onnx"]


def say(line):
    print(line, flush=True)


def estimator(name):
    return import_module(f"estimators.{name}")


def versions():
    return {"python": sys.version.split()[0], **{name: version(name) for name in PACKAGES}}


def peak_memory_bytes():
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


def limit_memory(most):
    """Limits the memory, in bytes, on top of what the libraries have taken; only on Linux, which says how much that is."""
    if most is None or not os.path.exists("/proc/self/statm"):
        return
    with open("/proc/self/statm", encoding="ascii") as file:
        taken = int(file.read().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (taken + most, taken + most))


def refusal(error):
    """What went wrong for a reason that the caller can mend, by kind; None for a fault of the program."""
    from sklearn.utils._param_validation import InvalidParameterError

    if isinstance(error, MemoryError):
        return "memory"
    if isinstance(error, InvalidParameterError):
        return "parameters"
    if isinstance(error, TypeError) and "unexpected keyword argument" in str(error):
        return "parameters"
    return "data" if isinstance(error, ValueError) else None


def run(work):
    """Calls work(job) and writes what it returns, or why it was refused."""
    with open(sys.argv[1], encoding="utf-8") as file:
        job = json.load(file)
    try:
        answer = {"ok": work(job)}
    except Exception as error:
        kind = refusal(error)
        if kind is None:
            raise
        answer = {"refused": {"kind": kind, "message": str(error) or type(error).__name__}}
    draft = job["answer"] + ".draft"
    with open(draft, "w", encoding="utf-8") as file:
        json.dump(answer, file)
    os.replace(draft, job["answer"])
