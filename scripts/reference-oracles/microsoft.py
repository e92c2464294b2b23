"""Operators of the domain com.microsoft (and two of the standard that are composed), by their published formulas in numpy's float64. Output:
a JSON list of {name, domain, op, opset, attributes, inputs, outputs}; a tensor is {dtype, dims, data} or null. Attributes are float32."""

import json
import math

import numpy as np

rng = np.random.default_rng(5)
cases = []
F = np.float32


def f32(*dims, scale=1.0):
    return (rng.standard_normal(dims) * scale).astype(F)


def integers(dtype, *dims):
    low, high = np.iinfo(dtype).min, np.iinfo(dtype).max
    return rng.integers(low, high + 1, dims).astype(dtype)


def weights(*dims):
    """Of seven bits: products of eight by eight bits overflow in ONNX Runtime's kernels for processors without VNNI, as it documents."""
    return rng.integers(-64, 64, dims).astype(np.int8)


def tensor(x):
    if x is None:
        return None
    x = np.asarray(x)
    name = {"float64": "float32"}.get(x.dtype.name, x.dtype.name)
    return {"dtype": name, "dims": list(x.shape), "data": [int(v) if x.dtype.kind in "iub" else float(v) for v in x.ravel()]}


def case(op, inputs, outputs, domain="com.microsoft", version=1, name="", **attributes):
    """Attributes: ints are INT, floats FLOAT, strings STRING, lists of either."""
    cases.append({
        "name": f"{op} {name}".strip(),
        "op": op,
        "domain": domain,
        "opset": version,
        "attributes": [[key, "i" if isinstance(v, int) else "f" if isinstance(v, float) else "s" if isinstance(v, str) else "is" if isinstance(v[0], int) else "fs", v] for key, v in attributes.items()],
        "inputs": [tensor(x) for x in inputs],
        "outputs": [tensor(x) for x in outputs],
    })


d = np.float64
erf = np.vectorize(math.erf)
sigmoid = lambda x: 1 / (1 + np.exp(-x))
gelu = lambda x: x * 0.5 * (1 + erf(x / math.sqrt(2)))
tanh_gelu = lambda x: 0.5 * x * (1 + np.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x**3)))


def softmax(x, axis=-1):
    e = np.exp(x - x.max(axis=axis, keepdims=True))
    return e / e.sum(axis=axis, keepdims=True)


def layer_norm(x, gamma, beta, epsilon):
    mean = x.mean(-1, keepdims=True)
    deviation = np.sqrt(((x - mean) ** 2).mean(-1, keepdims=True) + epsilon)
    return (x - mean) / deviation * gamma + (0 if beta is None else beta)


def rms_norm(x, gamma, epsilon):
    return x / np.sqrt((x**2).mean(-1, keepdims=True) + epsilon) * gamma


# Activations
x, b = f32(3, 8, scale=2), f32(8)
case("BiasGelu", [x, b], [gelu(x.astype(d) + b)])
case("Gelu", [x], [gelu(x.astype(d))])
case("FastGelu", [x, b], [tanh_gelu(x.astype(d) + b)])
case("FastGelu", [x], [tanh_gelu(x.astype(d))], name="without bias")
case("QuickGelu", [x], [x * sigmoid(d(F(1.702)) * x.astype(d))], alpha=1.702)
case("QuickGelu", [x], [x * sigmoid(d(F(0.5)) * x.astype(d))], name="alpha", alpha=0.5)


# Fused products
def conv(x, w, b, pad):
    x = np.pad(x.astype(d), [(0, 0), (0, 0), (pad, pad), (pad, pad)])
    n, _, h, width = x.shape
    m, _, kh, kw = w.shape
    y = np.zeros((n, m, h - kh + 1, width - kw + 1))
    for i in range(y.shape[2]):
        for j in range(y.shape[3]):
            y[:, :, i, j] = np.tensordot(x[:, :, i : i + kh, j : j + kw], w.astype(d), ([1, 2, 3], [1, 2, 3]))
    return y + b.reshape(1, -1, 1, 1)


x, w, b = f32(2, 3, 6, 5), f32(4, 3, 3, 3), f32(4)
c = conv(x, w, b, 1)
window = {"kernel_shape": [3, 3], "pads": [1, 1, 1, 1]}
case("FusedConv", [x, w, b], [np.maximum(c, 0)], activation="Relu", **window)
case("FusedConv", [x, w, b], [np.where(c < 0, c * d(F(0.2)), c)], name="LeakyRelu", activation="LeakyRelu", activation_params=[0.2], **window)
z = f32(2, 4, 6, 5)
case("FusedConv", [x, w, b, z], [np.maximum(c + z, 0)], name="with Z", activation="Relu", **window)
a, e = f32(2, 3, 4), f32(2, 5, 4)
case("FusedMatMul", [a, e], [d(F(0.3)) * (a.astype(d) @ e.astype(d).transpose(0, 2, 1))], transB=1, alpha=0.3)
a2 = f32(2, 4, 3)
case("FusedMatMul", [a2, e], [a2.astype(d).transpose(0, 2, 1) @ e.astype(d).transpose(0, 2, 1)], name="both", transA=1, transB=1)

# Normalizations
x, s, gamma, beta, bias = f32(2, 3, 8), f32(2, 3, 8), f32(8), f32(8), f32(8)
total = x.astype(d) + s
eps = d(F(1e-5))
case("SkipLayerNormalization", [x, s, gamma, beta, bias], [layer_norm(total + bias, gamma, beta, eps)], epsilon=1e-5)
case("SkipLayerNormalization", [x, s, gamma, beta, bias], [layer_norm(total + bias, gamma, beta, eps), None, None, total + bias], name="with sum", epsilon=1e-5)
case("SkipLayerNormalization", [x, s, gamma], [layer_norm(total, gamma, None, d(F(1e-12)))], name="plain")
case("SkipSimplifiedLayerNormalization", [x, s, gamma], [rms_norm(total, gamma, eps), None, None, total], epsilon=1e-5)
case("SkipSimplifiedLayerNormalization", [x, s, gamma, bias], [rms_norm(total + bias, gamma, eps)], name="bias", epsilon=1e-5)
case("SimplifiedLayerNormalization", [x, gamma], [rms_norm(x.astype(d), gamma, eps)], domain="", version=17, epsilon=1e-5, axis=-1)
ids, segments = rng.integers(0, 9, (2, 4)).astype(np.int32), rng.integers(0, 2, (2, 4)).astype(np.int32)
words, places, kinds, gamma, beta = f32(9, 8), f32(6, 8), f32(2, 8), f32(8), f32(8)
mask = np.array([[1, 1, 1, 0], [1, 1, 0, 0]], np.int32)
summed = words.astype(d)[ids] + places[:4][None] + kinds[segments]
case("EmbedLayerNormalization", [ids, segments, words, places, kinds, gamma, beta, mask], [layer_norm(summed, gamma, beta, eps), mask.sum(1).astype(np.int32)], epsilon=1e-5)
summed = words.astype(d)[ids] + places[:4][None]
case("EmbedLayerNormalization", [ids, None, words, places, None, gamma, beta], [layer_norm(summed, gamma, beta, eps), np.zeros(2, np.int32)], name="without segments", epsilon=1e-5)


# Rotary embeddings
def rotary(x, cos, sin, interleaved):
    """x [batch, length, heads, size], cos [batch, length, half]."""
    half = cos.shape[-1]
    part, rest = x[..., : 2 * half], x[..., 2 * half :]
    p, q = (part[..., 0::2], part[..., 1::2]) if interleaved else (part[..., :half], part[..., half:])
    cos, sin = cos[:, :, None], sin[:, :, None]
    real, imaginary = p * cos - q * sin, q * cos + p * sin
    turned = np.stack([real, imaginary], -1).reshape(part.shape) if interleaved else np.concatenate([real, imaginary], -1)
    return np.concatenate([turned, rest], -1)


angles = np.arange(16)[:, None] / 10 ** np.arange(4)
cosines, sines = np.cos(angles).astype(F), np.sin(angles).astype(F)
x = f32(2, 3, 16)
spots = np.array([[0, 1, 2], [5, 6, 7]], np.int64)
for interleaved in (0, 1):
    y = rotary(x.astype(d).reshape(2, 3, 2, 8), cosines.astype(d)[spots], sines.astype(d)[spots], interleaved).reshape(2, 3, 16)
    case("RotaryEmbedding", [x, spots, cosines, sines], [y], name=f"interleaved {interleaved}", interleaved=interleaved)
    case("RotaryEmbedding", [x, cosines, sines, spots], [y], domain="", version=23, name=f"standard, interleaved {interleaved}", interleaved=interleaved, num_heads=2)
four = f32(2, 2, 3, 8)
offset = np.arange(3)[None].repeat(2, 0) + 4
y = rotary(four.astype(d).transpose(0, 2, 1, 3), cosines.astype(d)[offset], sines.astype(d)[offset], 0).transpose(0, 2, 1, 3)
case("RotaryEmbedding", [four, np.array([4], np.int64), cosines, sines], [y], name="offset")
part = rotary(x.astype(d).reshape(2, 3, 2, 8), cosines.astype(d)[spots][..., :2], sines.astype(d)[spots][..., :2], 0).reshape(2, 3, 16)
case("RotaryEmbedding", [x, spots, cosines[:, :2].copy(), sines[:, :2].copy()], [part], name="a part of each head", rotary_embedding_dim=4, num_heads=2)


# Quantized
def real(q, scale, zero):
    return (q.astype(d) - d(zero)) * d(scale)


def quantize(x, scale, zero):
    info = np.iinfo(zero.dtype)
    return np.clip(np.rint(x / d(scale)) + zero.astype(d), info.min, info.max).astype(zero.dtype)


for dtype in (np.uint8, np.int8):
    q, r = integers(dtype, 2, 4, 6, 6), integers(dtype, 2, 4, 6, 6)
    s1, z1, s2, z2, s3, z3 = F(0.031), dtype(3), F(0.017), dtype(7), F(0.05), dtype(11)
    p, t = real(q, s1, z1), real(r, s2, z2)
    nm = np.dtype(dtype).name
    case("QLinearAdd", [q, s1, z1, r, s2, z2, s3, z3], [quantize(p + t, s3, z3)], name=nm)
    case("QLinearMul", [q, s1, z1, r, s2, z2, s3, z3], [quantize(p * t, s3, z3)], name=nm)
    case("QLinearSigmoid", [q, s1, z1, F(1 / 256), dtype(0)], [quantize(sigmoid(p), F(1 / 256), dtype(0))], name=nm)
    case("QLinearLeakyRelu", [q, s1, z1, s3, z3], [quantize(np.where(p < 0, p * d(F(0.1)), p), s3, z3)], name=nm, alpha=0.1)
    case("QLinearGlobalAveragePool", [q, s1, z1, s3, z3], [quantize(p.mean((2, 3), keepdims=True), s3, z3)], name=nm)
    pooled = p.reshape(2, 4, 3, 2, 3, 2).mean((3, 5))
    case("QLinearAveragePool", [q, s1, z1, s3, z3], [quantize(pooled, s3, z3)], name=nm, kernel_shape=[2, 2], strides=[2, 2])
    case("QLinearConcat", [s3, z3, q, s1, z1, r, s2, z2], [quantize(np.concatenate([p, t], 1), s3, z3)], name=nm, axis=1)
    flat = q.reshape(8, 36)[:, :10].copy()
    case("QLinearSoftmax", [flat, s1, z1, F(1 / 256), dtype(0)], [quantize(softmax(real(flat, s1, z1)), F(1 / 256), dtype(0))], name=nm, axis=-1, opset=13)
last = integers(np.uint8, 1, 5, 5, 3)
case("QLinearGlobalAveragePool", [last, F(0.1), np.uint8(0), F(0.05), np.uint8(2)], [quantize(real(last, F(0.1), 0).mean((1, 2), keepdims=True), F(0.05), np.uint8(2))], name="channels last", channels_last=1)


def dynamic(x):
    """x through 8 bits by its own range."""
    low, high = min(0, x.min()), max(0, x.max())
    scale = (high - low) / 255
    zero = np.clip(np.rint(-low / scale), 0, 255)
    return (np.clip(np.rint(x / scale) + zero, 0, 255) - zero) * scale


a, w = f32(3, 8), weights(8, 5)
scales, zeros, bias = (np.abs(f32(5)) * 0.02 + 0.01).astype(F), integers(np.int8, 5), f32(5)
case("DynamicQuantizeMatMul", [a, w, scales, zeros, bias], [dynamic(a.astype(d)) @ ((w.astype(d) - zeros) * scales) + bias])
case("DynamicQuantizeMatMul", [a, w, F(0.02)], [dynamic(a.astype(d)) @ (w.astype(d) * d(F(0.02)))], name="one scale")
q = integers(np.uint8, 3, 8)
case("MatMulIntegerToFloat", [q, w, F(0.03), scales, np.uint8(120), zeros, bias], [real(q, F(0.03), 120) @ ((w.astype(d) - zeros) * scales) + bias])
case("MatMulIntegerToFloat", [q, w, F(0.03), F(0.02)], [real(q, F(0.03), 0) @ (w.astype(d) * d(F(0.02)))], name="plain")


def packed(q, bits):
    """Rows of integers in bytes, the first one lowest."""
    per = 8 // bits
    q = np.pad(q, [(0, 0)] * (q.ndim - 1) + [(0, -q.shape[-1] % per)]).astype(np.uint8)
    groups = q.reshape(*q.shape[:-1], -1, per)
    return sum(groups[..., i] << (bits * i) for i in range(per)).astype(np.uint8)


for bits in (4, 8):
    k, n, block = 40, 6, 16
    blocks = -(-k // block)
    a = f32(2, 3, k)
    q = rng.integers(0, 2**bits, (n, blocks * block))
    q[:, k:] = 0
    scales = (np.abs(f32(n, blocks)) * 0.1 + 0.02).astype(F)
    zeros = rng.integers(0, 2**bits, (n, blocks))
    data = packed(q.reshape(n, blocks, block), bits)
    wide = lambda m: np.repeat(m, block, 1)[:, :k].astype(d)
    shape = {"K": k, "N": n, "bits": bits, "block_size": block}
    plain = (q[:, :k] - 2 ** (bits - 1)) * wide(scales)
    case("MatMulNBits", [a, data, scales.ravel()], [a.astype(d) @ plain.T], name=f"{bits} bits", **shape)
    shifted = (q[:, :k] - wide(zeros)) * wide(scales)
    zp = packed(zeros, bits).ravel()
    case("MatMulNBits", [a, data, scales.ravel(), zp], [a.astype(d) @ shifted.T], name=f"{bits} bits with zero points", **shape)

for bits in (4,):
    rows, columns, block = 6, 32, 16
    q = rng.integers(0, 16, (rows, columns))
    scales = (np.abs(f32(rows, 2)) + 0.1).astype(F)
    zeros = rng.integers(0, 16, (rows, 2))
    places = np.array([[0, 5], [3, 3]], np.int64)
    table = (q - 8) * np.repeat(scales.astype(d), block, 1)
    case("GatherBlockQuantized", [packed(q, 4), places, scales], [table[places]], bits=4, block_size=block, gather_axis=0, quantize_axis=1)
    table = (q - np.repeat(zeros, block, 1)) * np.repeat(scales.astype(d), block, 1)
    case("GatherBlockQuantized", [packed(q, 4), places, scales, packed(zeros, 4)], [table[places]], name="zero points", bits=4, block_size=block, gather_axis=0, quantize_axis=1)


# Attention
def heads(x, n):
    batch, length, width = x.shape
    return x.reshape(batch, length, n, width // n).transpose(0, 2, 1, 3)


def joined(y):
    return y.transpose(0, 2, 1, 3).reshape(y.shape[0], y.shape[2], -1)


def attend(q, k, v, scale=None, added=0, causal=False, window=0, softcap=0.0):
    scores = q @ k.transpose(0, 1, 3, 2) * (1 / math.sqrt(q.shape[-1]) if scale is None else scale)
    if softcap:
        scores = softcap * np.tanh(scores / softcap)
    scores = scores + added
    length, total = scores.shape[-2:]
    i, j = np.arange(length)[:, None] + total - length, np.arange(total)[None]
    hidden = np.zeros((length, total), bool)
    if causal:
        hidden |= j > i
    if window:
        hidden |= j <= i - window
    return softmax(np.where(hidden, -np.inf, scores)) @ v


batch, length, width, n = 2, 4, 12, 3
x, w, b = f32(batch, length, width), f32(width, 36, scale=0.3), f32(36)
q, k, v = (heads(part, n) for part in np.split(x.astype(d) @ w + b, 3, -1))
case("Attention", [x, w, b], [joined(attend(q, k, v))], num_heads=n)
case("Attention", [x, w, b], [joined(attend(q, k, v, causal=True))], name="causal", num_heads=n, unidirectional=1)
mask = np.array([[1, 1, 1, 0], [1, 1, 0, 0]], np.int32)
case("Attention", [x, w, b, mask], [joined(attend(q, k, v, added=np.where(mask, 0, -10000.0)[:, None, None]))], name="mask", num_heads=n)
ends = mask.sum(1).astype(np.int32)
case("Attention", [x, w, b, ends], [joined(attend(q, k, v, added=np.where(mask, 0, -10000.0)[:, None, None]))], name="lengths", num_heads=n)
past = f32(2, batch, n, 3, 4)
k2, v2 = np.concatenate([past[0].astype(d), k], 2), np.concatenate([past[1].astype(d), v], 2)
case("Attention", [x, w, b, None, past], [joined(attend(q, k2, v2, causal=True)), np.stack([k2, v2])], name="past", num_heads=n, unidirectional=1)
extra = f32(batch, n, length, length)
case("Attention", [x, w, b, None, None, extra], [joined(attend(q, k, v, added=extra))], name="bias", num_heads=n)

xi, wi = integers(np.uint8, batch, length, width), weights(width, 36)
xs, ws, xz, wz = F(0.01), F(0.005), np.uint8(128), np.int8(1)
q, k, v = (heads(part, n) for part in np.split(real(xi, xs, xz) @ real(wi, ws, wz) + b, 3, -1))
case("QAttention", [xi, wi, b, xs, ws, None, xz, wz], [joined(attend(q, k, v))], num_heads=n)
case("QAttention", [xi, wi, b, xs, ws, mask, xz, wz], [joined(attend(q, k, v, added=np.where(mask, 0, -10000.0)[:, None, None]))], name="mask", num_heads=n)

query, key, value = f32(batch, length, width), f32(batch, 5, width), f32(batch, 5, width)
q, k, v = (heads(part.astype(d), n) for part in (query, key, value))
case("MultiHeadAttention", [query, key, value], [joined(attend(q, k, v))], num_heads=n)
case("MultiHeadAttention", [query, key, value, b], [joined(attend(*(heads(part.astype(d) + o, n) for part, o in zip((query, key, value), np.split(b.astype(d), 3)))))], name="bias", num_heads=n)
padding = np.array([[1, 1, 1, 0, 0], [1, 1, 1, 1, 1]], np.int32)
case("MultiHeadAttention", [query, key, value, None, padding], [joined(attend(q, k, v, added=np.where(padding, 0, -10000.0)[:, None, None]))], name="padding", num_heads=n)
extra = f32(1, n, length, 5)
case("MultiHeadAttention", [query, key, value, None, None, extra], [joined(attend(q, k, v, added=extra, scale=d(F(0.25))))], name="added, scale", num_heads=n, scale=0.25)
pk, pv = f32(batch, n, 2, 4), f32(batch, n, 2, 4)
k2, v2 = np.concatenate([pk.astype(d), k], 2), np.concatenate([pv.astype(d), v], 2)
case("MultiHeadAttention", [query, key, value, None, None, None, pk, pv], [joined(attend(q, k2, v2)), k2, v2], name="past", num_heads=n)
own, ov = f32(batch, length, width), f32(batch, length, width)
case("MultiHeadAttention", [query, own, ov], [joined(attend(q, heads(own.astype(d), n), heads(ov.astype(d), n), causal=True))], name="causal", num_heads=n, unidirectional=1)

n, shared, size = 4, 2, 16
angles = np.arange(16)[:, None] / 10 ** (np.arange(8) / 2)
cosines, sines = np.cos(angles).astype(F), np.sin(angles).astype(F)
query, key, value = f32(batch, length, n * size), f32(batch, length, shared * size), f32(batch, length, shared * size)
full = np.full(batch, length - 1, np.int32)
whole = np.array(length, np.int32)
q, k, v = heads(query.astype(d), n), heads(key.astype(d), shared), heads(value.astype(d), shared)
wide = lambda z: np.repeat(z, n // shared, 1)
grouped = {"num_heads": n, "kv_num_heads": shared}
case("GroupQueryAttention", [query, key, value, None, None, full, whole], [joined(attend(q, wide(k), wide(v), causal=True)), k, v], **grouped)
case("GroupQueryAttention", [query, key, value, None, None, full, whole], [joined(attend(q, wide(k), wide(v), causal=True, window=2)), k, v], name="window", local_window_size=2, **grouped)
case("GroupQueryAttention", [query, key, value, None, None, full, whole], [joined(attend(q, wide(k), wide(v), causal=True, softcap=d(F(0.75)))), k, v], name="softcap", softcap=0.75, **grouped)
together = np.concatenate([query, key, value], -1)
case("GroupQueryAttention", [together, None, None, None, None, full, whole], [joined(attend(q, wide(k), wide(v), causal=True)), k, v], name="packed", **grouped)
rows = np.arange(length)[None].repeat(batch, 0)
turned = lambda z, m, at: rotary(z.astype(d).reshape(batch, -1, m, size), cosines.astype(d)[at], sines.astype(d)[at], 0).transpose(0, 2, 1, 3)
kr = turned(key, shared, rows)
case("GroupQueryAttention", [query, key, value, None, None, full, whole, cosines, sines], [joined(attend(turned(query, n, rows), wide(kr), wide(v), causal=True)), kr, v], name="rotary", do_rotary=1, **grouped)
one_q, one_k, one_v = query[:, :1].copy(), key[:, :1].copy(), value[:, :1].copy()
pk, pv = f32(batch, shared, 5, size), f32(batch, shared, 5, size)
at = np.full((batch, 1), 5)
kn = np.concatenate([pk.astype(d), turned(one_k, shared, at)], 2)
vn = np.concatenate([pv.astype(d), heads(one_v.astype(d), shared)], 2)
case("GroupQueryAttention", [one_q, one_k, one_v, pk, pv, np.full(batch, 5, np.int32), np.array(6, np.int32), cosines, sines], [joined(attend(turned(one_q, n, at), wide(kn), wide(vn), causal=True)), kn, vn], name="one step, rotary", do_rotary=1, **grouped)


# LSTM with weights of 8 bits
def quantized_lstm(x, w, r, b, ws, wz, rs, rz, reverse):
    length, batch, _ = x.shape
    hidden = r.shape[0]
    x = dynamic(x.astype(d))
    w, r = (w.astype(d) - wz) * d(ws), (r.astype(d) - rz) * d(rs)
    h, cell = np.zeros((batch, hidden)), np.zeros((batch, hidden))
    out = np.zeros((length, batch, hidden))
    for t in reversed(range(length)) if reverse else range(length):
        state = dynamic(h) if h.any() else h
        i, o, f, g = np.split(x[t] @ w + state @ r + b[: 4 * hidden] + b[4 * hidden :], 4, -1)
        cell = sigmoid(f) * cell + sigmoid(i) * np.tanh(g)
        h = sigmoid(o) * np.tanh(cell)
        out[t] = h
    return out, h, cell


length, inputs, hidden = 4, 3, 4
for directions, way in ((1, "forward"), (1, "reverse"), (2, "bidirectional")):
    x, b = f32(length, 1, inputs), f32(directions, 8 * hidden)
    w, r = weights(directions, inputs, 4 * hidden), weights(directions, hidden, 4 * hidden)
    ws, rs = np.full(directions, 0.01, F), np.full(directions, 0.008, F)
    wz, rz = np.full(directions, 3, np.int8), np.full(directions, -2, np.int8)
    ran = [quantized_lstm(x, w[i], r[i], b[i].astype(d), ws[i], wz[i], rs[i], rz[i], way == "reverse" or i == 1) for i in range(directions)]
    y, yh, yc = (np.stack([each[k] for each in ran], 1 if k == 0 else 0) for k in range(3))
    case("DynamicQuantizeLSTM", [x, w, r, b, None, None, None, None, ws, wz, rs, rz], [y, yh, yc], name=way, hidden_size=hidden, direction=way)

print(json.dumps(cases))
