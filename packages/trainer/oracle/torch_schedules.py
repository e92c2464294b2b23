"""Prints the learning rates of torch.optim.lr_scheduler as JSON, for fixtures/torch-schedules.json.

    .venv/bench/bin/python packages/trainer/oracle/torch_schedules.py > packages/trainer/fixtures/torch-schedules.json

Any Python with torch will do; the fixture is tracked so that tests need none.
"""

import json
import sys

import torch

ONE_CYCLES = [
    {"max_lr": 0.1, "total_steps": 40},
    {"max_lr": 0.01, "total_steps": 33, "pct_start": 0.2, "anneal_strategy": "linear"},
    {"max_lr": 0.4, "total_steps": 50, "div_factor": 10.0, "final_div_factor": 100.0, "three_phase": True},
    {"max_lr": 1.0, "total_steps": 30, "pct_start": 0.45, "anneal_strategy": "linear", "three_phase": True},
]


def rates(make, steps):
    optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=0.1)
    schedule = make(optimizer)
    out = []
    for _ in range(steps):
        out.append(float(schedule.get_last_lr()[0]))
        optimizer.step()
        schedule.step() if len(out) < steps else None
    return out


schedulers = torch.optim.lr_scheduler
json.dump(
    {
        "torch": torch.__version__,
        "oneCycle": [
            {
                "arguments": arguments,
                "rates": rates(
                    lambda o, a=arguments: schedulers.OneCycleLR(o, cycle_momentum=False, **a),
                    arguments["total_steps"],
                ),
            }
            for arguments in ONE_CYCLES
        ],
        "step": [
            {
                "arguments": {"step_size": 3, "gamma": 0.5},
                "rates": rates(lambda o: schedulers.StepLR(o, step_size=3, gamma=0.5), 12),
            }
        ],
    },
    sys.stdout,
    indent=1,
)
print()
