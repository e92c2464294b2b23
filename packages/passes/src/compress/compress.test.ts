import { tensor } from "@congruent/core";
import {
  changed,
  type GraphProto,
  type ModelProto,
  makeGraph,
  makeModel,
  makeNode,
  makeTensor,
  makeTensorValueInfo,
  type NodeProto,
} from "@congruent/onnx";
import { interpret } from "@congruent/reference";
import { describe, expect, it } from "@jest/globals";
import { float, int64, modelOf, numbers, operatorsOf } from "../testing/model-of.js";
import { compress } from "./compress.js";
import { type FormatName, formats } from "./formats/index.js";

const names = Object.keys(formats) as FormatName[];
const ranges = new Map([["x", { min: -1, max: 1 }]]);
const W = numbers([16, 16]);

function product(
  nodes: NodeProto[] = [makeNode("MatMul", ["x", "w"], ["y"], { name: "mm" })],
  opset = 18,
): ModelProto {
  return modelOf({ nodes, inputs: { x: [2, 16] }, weights: { w: W }, opset });
}

/** A model whose only product is in both branches of an If, with a weight of the graph around them. */
function branches(): ModelProto {
  const value = (name: string) => makeTensorValueInfo(name, "float32", [2, 16]);
  const branch = (operator: string): GraphProto =>
    makeGraph(
      [
        makeNode("MatMul", ["x", "w"], ["h"], { name: "inner" }),
        makeNode(operator, ["h"], ["r"], { name: operator }),
      ],
      operator,
      [],
      [value("r")],
    );
  const node = makeNode("If", ["c"], ["y"], {
    name: "if",
    attributes: { then_branch: branch("Relu"), else_branch: branch("Tanh") },
  });
  const inputs = [makeTensorValueInfo("c", "bool", []), value("x")];
  return makeModel(makeGraph([node], "g", inputs, [value("y")], [makeTensor("w", W)]), { opset: 18 });
}

describe.each(names)("compress to %s", (format) => {
  it("refuses what is compressed already, by name", () => {
    const { model } = compress(product(), { format, ranges });
    expect(() => compress(model, { format, ranges })).toThrow(
      expect.objectContaining({ code: "E_COMPRESS_QUANTIZED" }),
    );
  });

  it("refuses weights that are NaN", () => {
    const data = W.data.slice();
    data[7] = Number.NaN;
    const model = modelOf({
      nodes: [makeNode("MatMul", ["x", "w"], ["y"])],
      inputs: { x: [2, 16] },
      weights: { w: { ...W, data } },
    });
    expect(() => compress(model, { format, ranges })).toThrow(
      expect.objectContaining({ code: "E_COMPRESS_WEIGHTS", what: expect.stringContaining("w has NaN") }),
    );
  });

  it("refuses an opset in which a node would mean something else, and raises it otherwise", () => {
    const nodes = (operator: string) => [
      makeNode("MatMul", ["x", "w"], ["h"], { name: "mm" }),
      makeNode(operator, ["h"], ["y"], { name: "last" }),
    ];
    expect(() => compress(product(nodes("Softmax"), 11), { format, ranges })).toThrow(
      expect.objectContaining({
        code: "E_COMPRESS_OPSET",
        what: expect.stringContaining("Softmax (node last)"),
      }),
    );
    const { model } = compress(product(nodes("Relu"), 11), { format, ranges });
    expect(Number(model.opsetImport[0]?.version)).toBe(formats[format].opset);
  });

  it("leaves a weight that a caller may replace, and says so", () => {
    const model = product();
    const input = [...(model.graph?.input ?? []), makeTensorValueInfo("w", "float32", [16, 16])];
    const fed = changed(model, { graph: changed(model.graph as GraphProto, { input }) });
    if (format === "float16-compute") return expect(compress(fed, { format }).compressed).toHaveLength(1);
    expect(() => compress(fed, { format, ranges })).toThrow(
      expect.objectContaining({
        code: "E_COMPRESS_NOTHING",
        what: expect.stringContaining("which a caller may replace"),
      }),
    );
  });

  it("reads weights out of Constant nodes, and keeps what it is told to", () => {
    const nodes = [
      makeNode("Constant", [], ["w"], { name: "w", attributes: { value: makeTensor("", W) } }),
      makeNode("MatMul", ["x", "w"], ["y"], { name: "mm" }),
    ];
    const model = modelOf({ nodes, inputs: { x: [2, 16] } });
    const made = compress(model, { format, ranges });
    expect(made.compressed).toEqual([{ node: "mm", opType: "MatMul" }]);
    expect(made.model.graph?.node.some(({ opType }) => opType === "Constant")).toBe(false);
    const kept = compress(model, { format, ranges, keep: new Set(["mm"]) });
    expect(operatorsOf(kept.model)).toBe("Constant MatMul");
    expect(kept.left).toContainEqual({ node: "mm", opType: "MatMul", why: "kept in float32" });
  });

  it("refuses a model without weights", () => {
    const model = modelOf({
      nodes: [makeNode("NonZero", ["x"], ["n"]), makeNode("Cast", ["n"], ["y"], { attributes: { to: 1n } })],
      inputs: { x: [2, 2] },
    });
    expect(() => compress(model, { format, ranges })).toThrow(
      expect.objectContaining({ code: "E_COMPRESS_NOTHING" }),
    );
  });
});

describe("bodies", () => {
  it.each(["float16-weights", "float16-compute", "int8-dynamic"] as const)(
    "%s reaches into both branches",
    (format) => {
      const source = branches();
      const { model, compressed } = compress(source, { format });
      expect(compressed.map(({ node }) => node)).toContain(format === "float16-weights" ? "if" : "inner");
      const x = numbers([2, 16], 1, 7);
      for (const yes of [true, false]) {
        const c = tensor("bool", Uint8Array.of(Number(yes)), []);
        const [wanted, seen] = [source, model].map(
          (each) => interpret(each, { x, c }).outputs.get("y")?.data as Float64Array,
        );
        wanted?.forEach((value, i) => {
          expect(Math.abs(value - (seen?.[i] as number))).toBeLessThan(0.05);
        });
        expect(seen).not.toEqual(wanted);
      }
    },
  );

  it("int8-static leaves them, as nothing outside knows their values", () => {
    expect(() => compress(branches(), { format: "int8-static" })).toThrow(
      /in a body, whose values are not calibrated/,
    );
  });
});

describe("weights that several nodes read", () => {
  const nodes = (second: NodeProto) => [makeNode("MatMul", ["x", "w"], ["h"], { name: "a" }), second];

  it("are there once", () => {
    const model = product(nodes(makeNode("MatMul", ["h", "w"], ["y"], { name: "b" })));
    const found = new Map([...ranges, ["h", { min: -9, max: 9 }]]);
    for (const format of names) {
      const made = compress(model, { format, ranges: found });
      const bytes = made.model.graph?.initializer.reduce((sum, { rawData }) => sum + rawData.length, 0);
      expect(bytes).toBeLessThanOrEqual(format.startsWith("float16") ? 512 : 512 - 64);
    }
  });

  it("stay where one reader takes no blocks, or is kept", () => {
    const model = product(nodes(makeNode("Add", ["h", "row"], ["y"], { name: "b" })));
    const both = product([
      makeNode("MatMul", ["x", "w"], ["h"], { name: "a" }),
      makeNode("Relu", ["w"], ["r"], { name: "b" }),
      makeNode("MatMul", ["h", "r"], ["y"], { name: "c" }),
    ]);
    expect(() => compress(both, { format: "int4-weights" })).toThrow(/no matrix that all of its readers/);
    expect(() => compress(model, { format: "int4-weights" })).toThrow();
    const twice = product(nodes(makeNode("MatMul", ["h", "w"], ["y"], { name: "b" })));
    const kept = compress(twice, { format: "float16-weights", keep: new Set(["b"]) });
    expect(kept.compressed).toEqual([]);
  });
});

it("a column that a Gemm adds to each sample is no bias", () => {
  const model = modelOf({
    nodes: [makeNode("Gemm", ["x", "w", "c"], ["y"], { name: "gemm" })],
    inputs: { x: [16, 16] },
    weights: { w: W, c: numbers([16, 1]) },
  });
  for (const format of ["int8-dynamic", "int8-static"] as const) {
    expect(() => compress(model, { format, ranges })).toThrow(
      /what it adds, c, is no constant for each output/,
    );
  }
});

it("half precision leaves what is beyond 65504", () => {
  const data = W.data.slice();
  data[3] = 70_000;
  const model = modelOf({
    nodes: [makeNode("MatMul", ["x", "w"], ["y"], { name: "mm" })],
    inputs: { x: [2, 16] },
    weights: { w: { ...W, data } },
  });
  for (const format of ["float16-weights", "float16-compute"] as const) {
    expect(() => compress(model, { format })).toThrow(/70000, beyond the 65504 of half precision/);
  }
});

it("static ranges must be known and finite", () => {
  expect(() => compress(product(), { format: "int8-static" })).toThrow(
    expect.objectContaining({ code: "E_COMPRESS_RANGES", what: "nothing is known of the range of x" }),
  );
  const wide = new Map([["x", { min: 0, max: Number.POSITIVE_INFINITY }]]);
  expect(() => compress(product(), { format: "int8-static", ranges: wide })).toThrow(/from 0 to Infinity/);
});

it("products that carriers join give bytes at once", () => {
  const model = modelOf({
    nodes: [
      makeNode("Conv", ["x", "w"], ["c"], { name: "first" }),
      makeNode("Relu", ["c"], ["r"]),
      makeNode("MaxPool", ["r"], ["p"], { attributes: { kernel_shape: [2n, 2n] } }),
      makeNode("Conv", ["p", "v"], ["y"], { name: "second" }),
    ],
    inputs: { x: [1, 2, 8, 8] },
    weights: { w: numbers([8, 2, 3, 3]), v: numbers([2, 8, 3, 3]) },
  });
  const found = new Map([...ranges, ["p", { min: 0, max: 9 }]]);
  const { graph } = compress(model, { format: "int8-static", ranges: found }).model;
  const pool = graph?.node.find(({ opType }) => opType === "MaxPool");
  const maker = graph?.node.find(({ output }) => output[0] === pool?.input[0]);
  expect(maker?.opType).toBe("DequantizeLinear");
  const pairs = graph?.node.filter(({ opType }) => opType === "QuantizeLinear").map(({ input }) => input[1]);
  expect(pairs?.[1]).toBe(pairs?.[2]);
});

it("a scalar and a list of whole numbers are no weights", () => {
  const model = modelOf({
    nodes: [makeNode("Mul", ["x", "s"], ["h"]), makeNode("Reshape", ["h", "l"], ["y"])],
    inputs: { x: [2, 2] },
    weights: { s: float(2), l: int64(4, 1) },
  });
  expect(() => compress(model, { format: "float16-weights" })).toThrow(/no node can be compressed/);
});
