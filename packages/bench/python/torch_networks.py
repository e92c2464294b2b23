"""The networks of packages/zoo as one would write them in PyTorch: pixels [batch, 1, 28, 28] of 0 to 255 to 10 logits."""

import math

import torch
from torch import nn
from torch.nn import functional as F


class Rescale(nn.Module):
    def forward(self, x):
        return x / 255


class Resize(nn.Module):
    """28 to 32 pixels, three times the gray channel."""

    def forward(self, x):
        x = F.interpolate(x, size=(32, 32), mode="bilinear", align_corners=False)
        return x.expand(-1, 3, -1, -1)


def convolution(inputs, outputs, size, padding=0):
    return nn.Sequential(nn.Conv2d(inputs, outputs, size, padding=padding), nn.ReLU())


def dense(inputs, outputs):
    return nn.Sequential(nn.Linear(inputs, outputs), nn.ReLU())


def normalization(channels):
    # Keras' momentum of 0.99 is the share that stays, PyTorch's the share that goes.
    return nn.BatchNorm2d(channels, eps=1e-3, momentum=0.01)


def lenet():
    return nn.Sequential(
        Rescale(),
        convolution(1, 6, 5, padding=2),
        nn.AvgPool2d(2),
        convolution(6, 16, 5),
        nn.AvgPool2d(2),
        nn.Flatten(),
        dense(400, 120),
        dense(120, 84),
        nn.Linear(84, 10),
    )


class Block(nn.Module):
    def __init__(self):
        super().__init__()
        self.first = convolution(32, 32, 3, padding=1)
        self.norm1 = normalization(32)
        self.second = nn.Conv2d(32, 32, 3, padding=1)
        self.norm2 = normalization(32)

    def forward(self, x):
        return F.relu(self.norm2(self.second(self.norm1(self.first(x)))) + x)


def resnet():
    return nn.Sequential(
        Rescale(),
        convolution(1, 32, 3, padding=1),
        Block(),
        nn.MaxPool2d(2),
        Block(),
        nn.MaxPool2d(2),
        nn.Flatten(),
        dense(32 * 49, 128),
        nn.Linear(128, 10),
    )


def vgg():
    return nn.Sequential(
        Rescale(),
        Resize(),
        convolution(3, 64, 3, padding=1),
        convolution(64, 64, 3, padding=1),
        nn.MaxPool2d(2),
        convolution(64, 128, 3, padding=1),
        convolution(128, 128, 3, padding=1),
        nn.MaxPool2d(2),
        nn.Flatten(),
        dense(128 * 64, 512),
        nn.Dropout(0.5),
        nn.Linear(512, 10),
    )


class Attention(nn.Module):
    """Four heads of 64 over a depth of 64, so 256 wide inside, which nn.MultiheadAttention cannot be."""

    def __init__(self, depth=64, heads=4, head=64):
        super().__init__()
        self.heads = heads
        self.query, self.key, self.value = (nn.Linear(depth, heads * head) for _ in range(3))
        self.output = nn.Linear(heads * head, depth)

    def forward(self, x):
        query, key, value = (
            layer(x).unflatten(-1, (self.heads, -1)).transpose(1, 2) for layer in (self.query, self.key, self.value)
        )
        return self.output(F.scaled_dot_product_attention(query, key, value).transpose(1, 2).flatten(2))


class Encoder(nn.Module):
    def __init__(self, depth=64):
        super().__init__()
        self.norm1 = nn.LayerNorm(depth, eps=1e-6)
        self.attention = Attention(depth)
        self.norm2 = nn.LayerNorm(depth, eps=1e-6)
        self.first = nn.Linear(depth, 128)
        self.second = nn.Linear(128, depth)

    def forward(self, x):
        x = x + self.attention(self.norm1(x))
        return x + self.second(F.relu(self.first(self.norm2(x))))


class Transformer(nn.Module):
    def __init__(self, depth=64):
        super().__init__()
        self.embedding = nn.Linear(28, depth)
        half = depth // 2
        angles = torch.arange(28)[:, None] / 10000 ** (torch.arange(half)[None, :] / half)
        self.register_buffer("positions", torch.cat([angles.sin(), angles.cos()], -1), persistent=False)
        self.encoders = nn.Sequential(*(Encoder(depth) for _ in range(4)))
        self.dropout = nn.Dropout(0.1)
        self.first = nn.Linear(depth, 128)
        self.second = nn.Linear(128, 10)

    def forward(self, x):
        x = self.embedding(x.squeeze(1) / 255) + self.positions
        x = self.dropout(self.encoders(x).mean(1))
        return self.second(F.relu(self.first(x)))


def mlp512():
    return nn.Sequential(Rescale(), nn.Flatten(), dense(784, 512), nn.Linear(512, 10))


def cnn_nopool():
    return nn.Sequential(
        Rescale(),
        convolution(1, 32, 3),
        convolution(32, 64, 3),
        nn.Flatten(),
        dense(64 * 24 * 24, 128),
        nn.Linear(128, 10),
    )


NETWORKS = {
    "lenet": lenet,
    "resnet": resnet,
    "vgg": vgg,
    "transformer": Transformer,
    "mlp512": mlp512,
    "cnn-nopool": cnn_nopool,
}


def _leaves(module):
    children = list(module.children())
    return [module] if not children else [leaf for child in children for leaf in _leaves(child)]


def set_weights(model, values, probe):
    """Sets the weights from one float32 vector in tfjs' order (trainable weights layer by layer, then moving statistics),
    each in row-major order and in TensorFlow's layout: kernels [height, width, in, out] and [in, out], flattened pictures
    with the channels last. `probe` is a batch that shows which pictures are flattened."""
    flattened = {}

    def watch(module, inputs, output):
        flattened["shape"] = inputs[0].shape[1:]

    hooks = [leaf.register_forward_hook(watch) for leaf in _leaves(model) if isinstance(leaf, nn.Flatten)]
    with torch.no_grad():
        model.eval()(probe)
    for hook in hooks:
        hook.remove()

    at = 0

    def take(*shape):
        nonlocal at
        size = math.prod(shape)
        part = torch.from_numpy(values[at : at + size].copy()).reshape(shape)
        at += size
        return part

    first_after_flatten = bool(flattened)
    statistics = []
    with torch.no_grad():
        for leaf in _leaves(model):
            if isinstance(leaf, nn.Conv2d):
                out, inputs, height, width = leaf.weight.shape
                leaf.weight.copy_(take(height, width, inputs, out).permute(3, 2, 0, 1))
                leaf.bias.copy_(take(out))
            elif isinstance(leaf, nn.Linear):
                out, inputs = leaf.weight.shape
                kernel = take(inputs, out).T
                if first_after_flatten:
                    channels, height, width = flattened["shape"]
                    kernel = kernel.reshape(out, height, width, channels).permute(0, 3, 1, 2).reshape(out, inputs)
                    first_after_flatten = False
                leaf.weight.copy_(kernel)
                leaf.bias.copy_(take(out))
            elif isinstance(leaf, (nn.BatchNorm2d, nn.LayerNorm)):
                leaf.weight.copy_(take(*leaf.weight.shape))
                leaf.bias.copy_(take(*leaf.bias.shape))
                if isinstance(leaf, nn.BatchNorm2d):
                    statistics.append(leaf)
        for leaf in statistics:
            leaf.running_mean.copy_(take(*leaf.running_mean.shape))
            leaf.running_var.copy_(take(*leaf.running_var.shape))
    if at != len(values):
        raise ValueError(f"the network has {at} values, {len(values)} were given")


def parameters(model):
    """All weights, moving statistics included, as Keras counts them."""
    statistics = [b for name, b in model.named_buffers() if name.endswith(("running_mean", "running_var"))]
    return sum(p.numel() for p in [*model.parameters(), *statistics])
