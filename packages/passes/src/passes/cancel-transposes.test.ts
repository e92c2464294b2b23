import { tensor } from "@congruent/core";
import {
  type ModelProto,
  makeGraph,
  makeModel,
  makeNode,
  makeTensor,
  makeTensorValueInfo,
  type NodeProto,
} from "@congruent/onnx";
import { seededNumbers } from "@congruent/onnx/testing";
import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { optimize } from "../optimize.js";
import { grownGraphs } from "../testing/draft.js";
import { expectSame, expectSameInRuntime } from "../testing/same-outputs.js";
import { exactSteps, summingSteps } from "../testing/steps.js";

const only = { passes: ["cancelTransposes"] } as const;
const count = ({ graph }: ModelProto, opType: string) =>
  graph?.node.filter((node) => node.opType === opType).length ?? 0;
/** All sizes differ, so that an axis in a wrong place shows. */
const INPUTS = [
  [2, 3, 4, 5],
  [2, 4, 5, 3],
  [5, 3],
];

describe("cancelTransposes", () => {
  it("changes no bit of graphs that move and compare values, and leaves fewer Transposes or none moved", () => {
    let fewer = 0;
    fc.assert(
      fc.property(grownGraphs(exactSteps, INPUTS), ({ model, feeds }) => {
        const after = optimize(model, only).model;
        expect(count(after, "Transpose")).toBeLessThanOrEqual(count(model, "Transpose"));
        if (count(after, "Transpose") < count(model, "Transpose")) fewer++;
        expectSame(model, after, feeds, true);
      }),
      { seed: 16, numRuns: 100 },
    );
    // The graphs are such that there is something to do.
    expect(fewer).toBeGreaterThan(25);
  });

  it("stays within the bound of graphs that sum", () => {
    fc.assert(
      fc.property(grownGraphs(summingSteps, INPUTS), ({ model, feeds }) =>
        expectSame(model, optimize(model, only).model, feeds, false),
      ),
      { seed: 17, numRuns: 100 },
    );
  });

  it("leaves files that ONNX Runtime computes alike", async () => {
    await fc.assert(
      fc.asyncProperty(grownGraphs(summingSteps, INPUTS), ({ model, feeds }) =>
        expectSameInRuntime(model, optimize(model, only).model, feeds),
      ),
      { seed: 18, numRuns: 12 },
    );
  });

  it("makes a model written in NHWC one in NCHW, with one Transpose at its boundary", () => {
    const { model, feeds } = networkInNhwc();
    const after = optimize(model).model;
    expect(count(model, "Transpose")).toBe(8);
    expect(after.graph?.node.map(({ opType }) => opType).join(" ")).toBe(
      "Div Transpose Conv Add Relu Conv Mul Relu Add Concat MaxPool Softmax Pad Conv Add Relu Flatten Gemm",
    );
    expectSame(model, after, feeds, false);
  });
});

/** Each layer with a Transpose before and after it, as a converter writes them: pixels float32 [batch, 8, 8, 3] → logits float32 [batch, 5]. */
function networkInNhwc() {
  const next = seededNumbers(1);
  const weight = (name: string, dims: number[]) => {
    const data = Float32Array.from({ length: dims.reduce((a, b) => a * b, 1) }, next);
    return makeTensor(name, tensor("float32", data, dims));
  };
  const layer = (opType: string, inputs: string[], output: string, attributes = {}): NodeProto[] => [
    makeNode("Transpose", [inputs[0] as string], [`${output}/in`], {
      attributes: { perm: [0n, 3n, 1n, 2n] },
    }),
    makeNode(opType, [`${output}/in`, ...inputs.slice(1)], [`${output}/out`], { attributes }),
    makeNode("Transpose", [`${output}/out`], [output], { attributes: { perm: [0n, 2n, 3n, 1n] } }),
  ];
  const pads = tensor("int64", BigInt64Array.of(0n, 1n, 1n, 0n, 0n, 1n, 1n, 0n), [8]);
  const nodes = [
    makeNode("Div", ["pixels", "scale"], ["unit"]),
    ...layer("Conv", ["unit", "k1"], "c1"),
    makeNode("Add", ["c1", "b1"], ["a1"]),
    makeNode("Relu", ["a1"], ["r1"]),
    ...layer("Conv", ["r1", "k2"], "c2"),
    makeNode("Mul", ["c2", "b1"], ["m2"]),
    makeNode("Relu", ["m2"], ["r2"]),
    makeNode("Add", ["r1", "r2"], ["skip"]),
    makeNode("Concat", ["skip", "r1"], ["both"], { attributes: { axis: -1n } }),
    ...layer("MaxPool", ["both"], "pooled", { kernel_shape: [2n, 2n], strides: [2n, 2n] }),
    makeNode("Softmax", ["pooled"], ["soft"], { attributes: { axis: 3n } }),
    makeNode("Pad", ["soft", "pads"], ["padded"]),
    ...layer("Conv", ["padded", "k3"], "c3"),
    makeNode("Add", ["c3", "b3"], ["a3"]),
    makeNode("Relu", ["a3"], ["r3"]),
    makeNode("Flatten", ["r3"], ["flat"]),
    makeNode("Gemm", ["flat", "dense"], ["logits"]),
  ];
  const model = makeModel(
    makeGraph(
      nodes,
      "nhwc",
      [makeTensorValueInfo("pixels", "float32", ["batch", 8, 8, 3])],
      [makeTensorValueInfo("logits", "float32", ["batch", 5])],
      [
        makeTensor("scale", tensor("float32", Float32Array.of(255), [])),
        ...[weight("k1", [4, 3, 3, 3]), weight("k2", [4, 4, 1, 1]), weight("k3", [2, 8, 3, 3])],
        ...[weight("b1", [4]), weight("b3", [2]), weight("dense", [2 * 9, 5]), makeTensor("pads", pads)],
      ],
    ),
  );
  const pixels = Float32Array.from({ length: 2 * 8 * 8 * 3 }, () => Math.round(next() * 255));
  return { model, feeds: { pixels: tensor("float32", pixels, [2, 8, 8, 3]) } };
}
