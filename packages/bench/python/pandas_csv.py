"""Reads a CSV file by pandas once and says, in one line of JSON, how long it took.

    python pandas_csv.py JOB.json

JOB.json holds the file's path and the configuration: {"file", "configuration": {"dtype"}}; dtype null leaves it to pandas.
"""

import json
import sys
import time

import numpy as np
import pandas as pd
from worker import peak_bytes


def resident_bytes():
    with open("/proc/self/status") as status:
        line = next(line for line in status if line.startswith("VmRSS"))
    return int(line.split()[1]) * 1024


with open(sys.argv[1]) as file:
    job = json.load(file)
dtype = job["configuration"]["dtype"]
options = {} if dtype is None else {"dtype": np.dtype(dtype)}
before = None if peak_bytes() is None else resident_bytes()
cpu = time.process_time()
begin = time.perf_counter()
table = pd.read_csv(job["file"], header=None, **options)
seconds = time.perf_counter() - begin
cpu_seconds = time.process_time() - cpu
# The import's own peak may be above the memory in use when the reading began.
peak = None if before is None else max(0, peak_bytes() - before)
versions = {"pandas": pd.__version__, "numpy": np.__version__, "python": sys.version.split()[0]}
answer = {"seconds": seconds, "cpuSeconds": cpu_seconds, "peakBytes": peak, "versions": versions}
total = int(table.to_numpy().sum(dtype=np.int64))
print(json.dumps({**answer, "rows": len(table), "columns": table.shape[1], "sum": total}))
