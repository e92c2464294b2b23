"""PyTorch as a contender of `congruent bench train`: see worker.py."""

import sys
import time

from worker import load, serve

import torch
from torch.nn import functional as F
from torch_networks import NETWORKS, parameters, set_weights

LAYOUTS = {"contiguous": torch.contiguous_format, "channels_last": torch.channels_last}


def prepare(job):
    torch.set_num_threads(job["threads"])
    torch.manual_seed(job["seed"])
    configuration = job["configuration"]
    layout = LAYOUTS[configuration["layout"]]
    images, labels, weights = load(job)
    begin = time.perf_counter()
    size = job["batch"]
    x = torch.from_numpy(images).permute(0, 3, 1, 2).contiguous(memory_format=layout)
    y = torch.from_numpy(labels).long()
    model = NETWORKS[job["network"]]()
    set_weights(model, weights, x[:2])
    model = model.to(memory_format=layout)
    with torch.no_grad():
        log_probabilities = F.log_softmax(model.eval()(x[:size]), -1)
    model.train()
    adam = torch.optim.Adam(model.parameters(), lr=1e-3, betas=(0.9, 0.999), eps=1e-7, fused=configuration["fused"])
    batches = len(labels) // size
    inputs = [x[i * size : (i + 1) * size] for i in range(batches)]
    targets = [y[i * size : (i + 1) * size] for i in range(batches)]
    state = {"step": 0}

    def train(steps):
        for _ in range(steps):
            batch = state["step"] % batches
            adam.zero_grad(set_to_none=True)
            loss = F.cross_entropy(model(inputs[batch]), targets[batch])
            loss.backward()
            adam.step()
            state["step"] += 1
        return loss.item()

    first_loss = train(1)
    return {
        "preparationMs": (time.perf_counter() - begin) * 1000,
        "parameters": parameters(model),
        "logProbabilities": log_probabilities.reshape(-1).tolist(),
        "firstLoss": first_loss,
        "multiple": 1,
        "versions": {"torch": torch.__version__, "python": sys.version.split()[0]},
    }, train


if __name__ == "__main__":
    serve(prepare)
