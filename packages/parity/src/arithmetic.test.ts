import { tensor } from "@congruent/core";
import {
  type GraphProto,
  makeAttribute,
  makeGraph,
  makeModel,
  makeNode,
  makeTensor,
  makeTensorValueInfo,
  type NodeProto,
} from "@congruent/onnx";
import { tinyClassifier } from "@congruent/onnx/testing";
import { describe, expect, it } from "@jest/globals";
import { arithmeticOf, toleranceOf } from "./index.js";

const ones = (dims: number[]) => tensor("float32", new Float32Array(dims.reduce((a, b) => a * b, 1)), dims);
const weight = (name: string, dims: number[]) => makeTensor(name, ones(dims));
const value = (name: string, dtype: "float32" | "float16" | "int64" | "uint8" | "bool" = "float32") =>
  makeTensorValueInfo(name, dtype, ["n", 4]);
const graph = (
  nodes: NodeProto[],
  more: { inputs?: GraphProto["input"]; outputs?: string[]; weights?: GraphProto["initializer"] } = {},
) =>
  makeGraph(
    nodes,
    "g",
    more.inputs ?? [value("x")],
    (more.outputs ?? ["y"]).map((name) => value(name)),
    more.weights ?? [],
  );
/** The builder knows no graphs as attributes. */
function withBodies(node: NodeProto, bodies: Record<string, GraphProto>): NodeProto {
  for (const [name, g] of Object.entries(bodies)) node.attribute.push({ ...makeAttribute(name, 0n), g });
  return node;
}
const counted = (body: GraphProto) => arithmeticOf(makeModel(body));

describe("arithmeticOf", () => {
  it("reads the lengths of sums from the weights' shapes", () => {
    expect(arithmeticOf(tinyClassifier().model)).toMatchObject({ reductions: expect.any(Number), terms: 4 });
    const nodes = [
      makeNode("Conv", ["x", "conv"], ["a"]),
      makeNode("Relu", ["a"], ["b"]),
      makeNode("Gemm", ["b", "gemm"], ["c"], { attributes: { transB: 1n } }),
      makeNode("MatMul", ["c", "c"], ["y"]),
    ];
    const weights = [weight("conv", [16, 6, 5, 5]), weight("gemm", [10, 84])];
    expect(counted(graph(nodes, { weights }))).toMatchObject({ reductions: 3, terms: 150, others: 0 });
  });

  it("takes a model without sums", () => {
    expect(counted(graph([]))).toMatchObject({ reductions: 0, terms: 1, others: 0, rounding: 2 ** -24 });
  });

  it("sees weights in Constant nodes, behind DequantizeLinear and Transpose", () => {
    const constant = makeNode("Constant", [], ["w"], {
      attributes: { value: makeTensor("", ones([64, 3])) },
    });
    const product = makeNode("MatMul", ["x", "w"], ["y"]);
    expect(counted(graph([constant, product])).terms).toBe(64);
    const turned = [
      makeNode("DequantizeLinear", ["q", "s"], ["d"]),
      makeNode("Transpose", ["d"], ["w"]),
      product,
    ];
    expect(counted(graph(turned, { weights: [weight("q", [3, 48])] })).terms).toBe(48);
  });

  it("sees what stands in the branches of an If, in a Loop and in a recurrence", () => {
    const inner = makeGraph(
      [makeNode("Conv", ["x", "w"], ["a"])],
      "then",
      [],
      [value("a")],
      [weight("w", [8, 4, 3, 3])],
    );
    const branch = withBodies(makeNode("If", ["c"], ["y"]), { then_branch: inner, else_branch: inner });
    expect(counted(graph([branch]))).toMatchObject({ reductions: 2, terms: 36 });
    const loop = withBodies(makeNode("Loop", ["n", "c"], ["y"]), { body: inner });
    expect(counted(graph([loop]))).toMatchObject({ reductions: 8, terms: 36 });
    const lstm = makeNode("LSTM", ["x", "w", "r"], ["y"]);
    const weights = [weight("w", [1, 512, 40]), weight("r", [1, 512, 128])];
    expect(counted(graph([lstm], { weights }))).toMatchObject({ reductions: 8, terms: 168 });
  });

  it.each(["ConvInteger", "MatMulInteger", "QLinearConv", "MatMulNBits", "Attention", "GRU"])(
    "counts a %s",
    (opType) => {
      expect(counted(graph([makeNode(opType, ["x", "w"], ["y"])])).reductions).toBeGreaterThan(0);
    },
  );

  it("finds the coarsest type, wherever it is", () => {
    const cast = makeNode("Cast", ["x"], ["h"], { attributes: { to: 10n } });
    expect(counted(graph([cast, makeNode("Relu", ["h"], ["y"])])).rounding).toBe(2 ** -11);
    expect(counted(graph([], { inputs: [value("x", "float16")] })).rounding).toBe(2 ** -11);
  });

  describe("jumps", () => {
    const jumps = (nodes: NodeProto[], more = {}) => [...counted(graph(nodes, more)).jumps];

    it.each(["QuantizeLinear", "Round", "ArgMax", "Floor", "DynamicQuantizeLinear", "Less"])(
      "are behind a %s, and nowhere else",
      (opType) => {
        const nodes = [
          makeNode(opType, ["x"], ["q"]),
          makeNode("Relu", ["q"], ["y"]),
          makeNode("Exp", ["x"], ["z"]),
        ];
        expect(jumps(nodes, { outputs: ["y", "z"] })).toEqual(["y"]);
      },
    );

    it("are not where whole numbers or shapes are compared and cast", () => {
      const mask = [
        makeNode("Cast", ["ids"], ["f"], { attributes: { to: 1n } }),
        makeNode("Greater", ["f", "zero"], ["m"]),
        makeNode("Where", ["m", "x", "zero"], ["y"]),
      ];
      expect(jumps(mask, { inputs: [value("x"), value("ids", "int64")] })).toEqual([]);
      const shape = [
        makeNode("Shape", ["x"], ["s"]),
        makeNode("Cast", ["s"], ["f"], { attributes: { to: 1n } }),
        makeNode("Floor", ["f"], ["g"]),
        makeNode("Add", ["x", "g"], ["y"]),
      ];
      expect(jumps(shape)).toEqual([]);
    });

    it("are seen inside a branch", () => {
      const inner = makeGraph([makeNode("Round", ["x"], ["a"])], "then", [], [value("a")]);
      const branch = withBodies(makeNode("If", ["c"], ["y"]), { then_branch: inner, else_branch: inner });
      expect(jumps([branch])).toEqual(["y"]);
      expect(toleranceOf("y", "float32", 1, counted(graph([branch]))).bound).toBeNull();
    });
  });
});
