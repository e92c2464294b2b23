"""Models with functions of their own, with inputs inlined by the onnx package and computed by onnx.reference: a JSON list of {name, model, feeds, outputs}, all as
base64 of protobuf messages."""

import base64
import json

import numpy as np
import onnx.inliner
from onnx import numpy_helper, parser
from onnx.reference import ReferenceEvaluator

HEAD = '<ir_version: 9, opset_import: ["" : 17, "local" : 1]>'
ONE = '<opset_import: ["" : 17], domain: "local">'
BOTH = '<opset_import: ["" : 17, "local" : 1], domain: "local">'
SAMPLES = {
    "nested, with an attribute": f"""{HEAD} g (float[n,4] x) => (float[n,4] y) {{ z = local.outer(x)
        y = local.outer(z) }}
        {ONE} inner <slope> (a, b) => (o) {{ m = Mul(a, b)
        o = LeakyRelu<alpha: float = @slope>(m) }}
        {BOTH} outer (a) => (o) {{ t = local.inner<slope = 0.5>(a, a)
        m = local.inner<slope = 0.25>(t, a)
        o = Identity(m) }}""",
    "default attributes": f"""{HEAD} g (float[n,4] x) => (float[n,4] y) {{ h = local.f(x)
        y = local.f<slope = 0.75>(h) }}
        {ONE} f <slope: float = 0.125> (a) => (o) {{ o = LeakyRelu<alpha: float = @slope>(a) }}""",
    "an attribute passed on": f"""{HEAD} g (float[n,4] x) => (float[n,4] y) {{ y = local.outer<k = 0.5>(x) }}
        {ONE} inner <slope: float = 0.125> (a) => (o) {{ o = LeakyRelu<alpha: float = @slope>(a) }}
        {BOTH} outer <k> (a) => (o) {{ o = local.inner<slope: float = @k>(a) }}""",
    "an output left out": f"""{HEAD} g (float[n,4] x) => (float[n,4] y) {{ y = local.f(x) }}
        {ONE} f (a) => (o, p) {{ o = Relu(a)
        p = Neg(a) }}""",
    "names of the graph inside": f"""{HEAD} g (float[n,4] x) => (float[n,4] y) {{ h = Exp(x)
        k = local.f(h)
        y = Sub(h, k) }}
        {ONE} f (x) => (y) {{ h = Neg(x)
        y = Tanh(h) }}""",
    "a body that reads the function's values": f"""{HEAD} g (float[n,4] x) => (float[n,4] y) {{ h = local.f(x)
        y = local.f(h) }}
        {ONE} f (a) => (o) {{ m = ReduceMax<keepdims = 0>(a)
        z = Constant<value = float {{1}}>()
        c = Greater(m, z)
        t = Mul(a, a)
        o = If(c) <then_branch = then () => (float[n,4] r) {{ r = Add(t, a) }}, else_branch = other () => (float[n,4] r) {{ r = Sub(t, a) }}> }}""",
}

# The package's inliner forgets defaults (the printed graph has none): a formula instead.
FORMULAS = {"default attributes": lambda x: np.where(x < 0, np.where(x < 0, x * np.float32(0.125), x) * np.float32(0.75), x)}


def text(message):
    return base64.b64encode(message.SerializeToString()).decode()


answers = []
for name, source in SAMPLES.items():
    model = parser.parse_model(source)
    feeds = {"x": np.random.default_rng(1).standard_normal((3, 4)).astype(np.float32)}
    formula = FORMULAS.get(name)
    outputs = [formula(feeds["x"])] if formula else ReferenceEvaluator(onnx.inliner.inline_local_functions(model)).run(None, feeds)
    named = dict(zip((each.name for each in model.graph.output), outputs))
    tensors = [{key: text(numpy_helper.from_array(np.asarray(each), key)) for key, each in group.items()} for group in (feeds, named)]
    answers.append({"name": name, "model": text(model), "feeds": tensors[0], "outputs": tensors[1]})
print(json.dumps(answers))
