"""PyTorch as a contender of `congruent bench sprint`: the job's network, weights, batches and learning rates."""

import numpy as np
import sprint
import torch
from torch.nn import functional as F
from torch_networks import NETWORKS, set_weights


def pixels(path, shape):
    return torch.from_numpy(sprint.images(path, shape)).permute(0, 3, 1, 2).float().contiguous()


def main():
    job = sprint.job()
    torch.set_num_threads(job["threads"])
    torch.manual_seed(job["seed"])
    x, test = (pixels(job[name], job["inputShape"]) for name in ("images", "testImages"))
    y, expected = (torch.from_numpy(sprint.labels(job[name])).long() for name in ("labels", "testLabels"))
    model = NETWORKS[job["network"]]()
    set_weights(model, np.fromfile(job["weights"], np.float32), x[:2])
    adam = torch.optim.Adam(
        model.parameters(), lr=1, betas=(job["beta1"], job["beta2"]), eps=job["epsilon"], **job["configuration"]
    )
    rates = torch.optim.lr_scheduler.LambdaLR(adam, lambda step: job["rates"][min(step, len(job["rates"]) - 1)])
    size = job["batch"]
    for epoch in range(1, job["epochs"] + 1):
        model.train()
        for chosen in torch.randperm(len(y)).split(size):
            adam.zero_grad(set_to_none=True)
            F.cross_entropy(model(x[chosen]), y[chosen]).backward()
            adam.step()
            rates.step()
        model.eval()
        with torch.no_grad():
            right = sum((model(a).argmax(-1) == b).sum().item() for a, b in zip(test.split(1000), expected.split(1000)))
        accuracy = right / len(expected)
        sprint.say(epoch, accuracy)
        if accuracy >= job["target"]:
            return


main()
