import { tensor } from "@congruent/core";
import { encodeModel, makeNode } from "@congruent/onnx";
import { fromProto } from "@congruent/reference";
import { describe, expect, it } from "@jest/globals";
import { optimize } from "../optimize.js";
import { float, int64, modelOf, numbers, operatorsOf } from "../testing/model-of.js";
import { expectSame } from "../testing/same-outputs.js";

const passes = { passes: ["foldConstants", "removeUnused"] } as const;

describe("foldConstants", () => {
  it("rounds each result to its own type, as a runtime would", () => {
    const nodes = [
      makeNode("Div", ["one", "three"], ["third"]),
      makeNode("Mul", ["third", "three"], ["near"]),
      makeNode("Add", ["x", "near"], ["y"]),
    ];
    const before = modelOf({ nodes, inputs: { x: [2] }, weights: { one: float(1), three: float(3) } });
    const after = optimize(before, passes).model;
    expect(operatorsOf(after)).toBe("Add");
    const [near] = after.graph?.initializer ?? [];
    expect(fromProto(near!).data[0]).toBe(Math.fround(Math.fround(1 / 3) * 3));
    expectSame(before, after, { x: numbers([2]) }, false);
  });

  it("knows the shape of a value whose sizes the file fixes, and computes with it", () => {
    const nodes = [
      makeNode("Relu", ["x"], ["h"]),
      makeNode("Shape", ["h"], ["shape"]),
      makeNode("Gather", ["shape", "zero"], ["rows"]),
      makeNode("Concat", ["rows", "rest"], ["target"], { attributes: { axis: 0n } }),
      makeNode("Reshape", ["h", "target"], ["y"]),
    ];
    const before = modelOf({
      nodes,
      inputs: { x: [2, 3, 4] },
      outputs: { y: 2 },
      weights: { zero: int64(0), rest: int64(-1) },
    });
    const after = optimize(before, passes).model;
    expect(operatorsOf(after)).toBe("Relu Reshape");
    expectSame(before, after, { x: numbers([2, 3, 4]) }, true);
  });

  it("leaves what would make the file larger, packed weights, and what is random or an output", () => {
    const scale = tensor("float32", Float32Array.of(0.5), []);
    const packed = tensor(
      "int8",
      Int8Array.from({ length: 400 }, (_, i) => i % 100),
      [20, 20],
    );
    const nodes = [
      makeNode("Expand", ["one", "large"], ["many"]),
      makeNode("DequantizeLinear", ["packed", "scale"], ["w"]),
      makeNode("RandomNormalLike", ["small"], ["noise"]),
      makeNode("Neg", ["one"], ["given"]),
      makeNode("Add", ["many", "w"], ["sum"]),
      makeNode("Add", ["sum", "x"], ["moved"]),
      makeNode("Add", ["moved", "noise"], ["y"]),
    ];
    const before = modelOf({
      nodes,
      inputs: { x: [20, 20] },
      outputs: { y: 2, given: 0 },
      weights: { one: float(1), large: int64(20, 20), packed, scale, small: numbers([20, 20]) },
    });
    expect(optimize(before, passes).model).toBe(before);
    expect(encodeModel(optimize(before, passes).model).length).toBe(encodeModel(before).length);
  });
});
