import { type ModelProto, makeNode, type NodeProto } from "@congruent/onnx";
import { describe, expect, it } from "@jest/globals";
import { fusions } from "../fusions/index.js";
import { optimize } from "../optimize.js";
import { float, int64, modelOf, numbers, operatorsOf } from "../testing/model-of.js";
import { expectSame, expectSameInRuntime } from "../testing/same-outputs.js";

const only = { passes: ["fuseActivations"] } as const;

/** `y = Mul(x, s)` a line; weights by name are below. */
function written(text: string, opset: number): ModelProto {
  const nodes = text
    .trim()
    .split("\n")
    .map((line): NodeProto => {
      const [, output = "", operator = "", inputs = ""] = /^\s*(\w+) = (\w+)\((.*)\)$/.exec(line) ?? [];
      const attributes = { ...(operator === "HardSigmoid" && { alpha: 1 / 6, beta: 0.5 }) };
      return makeNode(
        operator,
        inputs.split(",").map((name) => name.trim()),
        [output],
        { name: `${output}/node`, attributes },
      );
    });
  const weights = {
    ...{
      half: float(0.5),
      one: float(1),
      two: float(2),
      three: float(3),
      six: float(6),
      zero: float(0),
      low: float(-1.5),
    },
    ...{
      root2: float(Math.SQRT2),
      root12: float(Math.SQRT1_2),
      c: float(0.044715),
      k: float(Math.sqrt(2 / Math.PI)),
    },
    ...{ eps: float(1e-5), scale: numbers([8], 1, 3), bias: numbers([8], 1, 4), last: int64(-1) },
  };
  return modelOf({ nodes, inputs: { x: [4, 8] }, weights, opset });
}

const expressions: readonly (readonly [name: keyof typeof fusions, opset: number, text: string])[] = [
  ["mish", 18, "s = Softplus(x)\nt = Tanh(s)\ny = Mul(t, x)"],
  ["hardSwish", 14, "s = HardSigmoid(x)\ny = Mul(x, s)"],
  ["hardSwish", 18, "a = Add(x, three)\nr = Clip(a, zero, six)\np = Mul(x, r)\ny = Div(p, six)"],
  ["hardSwish", 18, "a = Add(three, x)\nr = Clip(a, zero, six)\np = Div(r, six)\ny = Mul(x, p)"],
  ["gelu", 20, "d = Div(x, root2)\ne = Erf(d)\na = Add(e, one)\np = Mul(x, a)\ny = Mul(p, half)"],
  ["gelu", 20, "d = Mul(x, root12)\ne = Erf(d)\na = Add(one, e)\np = Mul(half, x)\ny = Mul(p, a)"],
  [
    "geluByTanh",
    20,
    "q = Pow(x, three)\nm = Mul(q, c)\ns = Add(x, m)\nz = Mul(s, k)\nt = Tanh(z)\na = Add(t, one)\nh = Mul(x, half)\ny = Mul(h, a)",
  ],
  ["clip", 18, "a = Max(x, low)\ny = Min(a, two)"],
  ["clip", 18, "a = Min(two, x)\ny = Max(a, low)"],
  ["limitedRelu", 18, "a = Relu(x)\ny = Min(a, two)"],
  ["limitedRelu", 18, "a = Min(x, two)\ny = Relu(a)"],
  ["limitedRelu", 18, "a = Relu(x)\ny = Clip(a, zero, two)"],
  [
    "layerNormalization",
    18,
    "m = ReduceMean(x, last)\nd = Sub(x, m)\nq = Pow(d, two)\nv = ReduceMean(q, last)\ne = Add(v, eps)\ns = Sqrt(e)\nn = Div(d, s)\np = Mul(n, scale)\ny = Add(p, bias)",
  ],
  [
    "layerNormalization",
    18,
    "m = ReduceMean(x, last)\nd = Sub(x, m)\nq = Mul(d, d)\nv = ReduceMean(q, last)\ne = Add(v, eps)\ns = Sqrt(e)\nr = Reciprocal(s)\nf = Mul(r, scale)\np = Mul(d, f)\ny = Add(p, bias)",
  ],
];

describe("fuseActivations", () => {
  it.each(expressions)("%s at opset %i: %s", async (name, opset, text) => {
    const before = written(text, opset);
    const after = optimize(before, only).model;
    expect(operatorsOf(after)).toBe(fusions[name]?.operator);
    expect(after.graph?.node[0]?.name).toBe("y/node");
    const feeds = { x: numbers([4, 8], 5, 9) };
    expectSame(before, after, feeds, false);
    await expectSameInRuntime(before, after, feeds);
  });

  it("has Swish from version 24 of the operator set on, and leaves older files theirs", () => {
    const text = "s = Sigmoid(x)\ny = Mul(x, s)";
    expect(operatorsOf(optimize(written(text, 23), only).model)).toBe("Sigmoid Mul");
    const [before, after] = [written(text, 24), optimize(written(text, 24), only).model];
    expect(operatorsOf(after)).toBe("Swish");
    expectSame(before, after, { x: numbers([4, 8], 5, 9) }, false);
  });

  it("covers every fusion", () => {
    expect(new Set([...expressions.map(([name]) => name), "swish"])).toEqual(new Set(Object.keys(fusions)));
  });

  it.each([
    ["another number", "d = Div(x, two)\ne = Erf(d)\na = Add(e, one)\np = Mul(x, a)\ny = Mul(p, half)"],
    ["limits that cross", "a = Max(x, two)\ny = Min(a, low)"],
    ["another value", "r = Relu(x)\ns = HardSigmoid(r)\ny = Mul(x, s)"],
    ["an inner value that is read elsewhere", "a = Relu(x)\nb = Min(a, two)\ny = Add(b, a)"],
  ])("leaves an expression with %s", (_, text) => {
    const before = written(text, 20);
    expect(optimize(before, only).model).toBe(before);
  });
});
