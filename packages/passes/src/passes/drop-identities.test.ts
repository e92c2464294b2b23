import { tensor } from "@congruent/core";
import { type AttributeValue, makeNode } from "@congruent/onnx";
import { describe, expect, it } from "@jest/globals";
import { optimize } from "../optimize.js";
import { float, int64, modelOf, numbers, operatorsOf } from "../testing/model-of.js";
import { expectSame } from "../testing/same-outputs.js";

const only = { passes: ["dropIdentities"] } as const;
const weights = {
  ...{
    zeros: int64(0, 0, 0, 0),
    starts: int64(0, 0),
    all: int64(2, 2 ** 31 - 1),
    less: int64(2, 2),
    ones: int64(1, 1),
    twos: int64(1, 2),
  },
  ...{
    same: int64(2, 3),
    open: int64(0, -1),
    flat: int64(-1),
    pads: int64(0, 1, 0, 0),
    off: tensor("bool", Uint8Array.of(0), []),
  },
  ...{
    on: tensor("bool", Uint8Array.of(1), []),
    rate: float(0.5),
    unit: tensor("float32", Float32Array.of(1, 1), [2]),
    none: tensor("float32", new Float32Array(0), [0]),
  },
};

type Case = readonly [
  operator: string,
  inputs: readonly string[],
  attributes?: Record<string, AttributeValue>,
  opset?: number,
];

const dropped: readonly Case[] = [
  ["Identity", ["h"]],
  ["Dropout", ["h"], { ratio: 0.5 }, 11],
  ["Dropout", ["h", "rate"]],
  ["Dropout", ["h", "rate", "off"]],
  ["Cast", ["h"], { to: 1n }],
  ["Reshape", ["h", "same"]],
  ["Reshape", ["h", "open"]],
  ["Flatten", ["h"], { axis: 1n }],
  ["Pad", ["h", "zeros"]],
  ["Slice", ["h", "starts", "all"]],
  ["Slice", ["h"], { starts: [0n], ends: [99n], axes: [-1n] }, 9],
  ["Transpose", ["h"], { perm: [0n, 1n] }],
  ["Tile", ["h", "ones"]],
  ["Expand", ["h", "ones"]],
  ["Resize", ["h", "", "unit"]],
  ["Concat", ["h"], { axis: 0n }],
  ["Max", ["h"]],
  ["Clip", ["h"]],
  ["ReduceSum", ["h"], { noop_with_empty_axes: 1n }],
];

const kept: readonly Case[] = [
  ["Cast", ["h"], { to: 10n }],
  ["Reshape", ["h", "flat"]],
  ["Flatten", ["h"], { axis: 0n }],
  ["Pad", ["h", "pads"]],
  ["Slice", ["h", "starts", "less"]],
  ["Transpose", ["h"]],
  ["Tile", ["h", "twos"]],
  ["Resize", ["h", "none", "unit"], { coordinate_transformation_mode: "tf_half_pixel_for_nn" }, 12],
  ["Clip", ["h"], { min: 0 }, 10],
  ["ReduceSum", ["h"]],
  ["Dropout", ["h", "rate", "on"]],
];

function model([operator, inputs, attributes = {}, opset = 18]: Case) {
  const nodes = [
    makeNode("Neg", ["x"], ["h"]),
    makeNode(operator, [...inputs], ["i"], { attributes }),
    makeNode("Abs", ["i"], ["y"]),
  ];
  return modelOf({ nodes, inputs: { x: [2, 3] }, weights, opset });
}

describe("dropIdentities", () => {
  it.each(dropped)("drops %s of %j, %j", (...each) => {
    const before = model(each);
    const after = optimize(before, only).model;
    expect(operatorsOf(after)).toBe("Neg Abs");
    expectSame(before, after, { x: numbers([2, 3]) }, true);
  });

  it.each(kept)("keeps %s of %j, %j", (...each) => {
    const before = model(each);
    expect(optimize(before, only).model).toBe(before);
  });

  it("gives an output's name to the node that makes it, and keeps an input that is an output too", () => {
    const nodes = [
      makeNode("Relu", ["x"], ["h"]),
      makeNode("Identity", ["h"], ["y"]),
      makeNode("Neg", ["h"], ["n"]),
      makeNode("Identity", ["x"], ["z"]),
    ];
    const before = modelOf({ nodes, inputs: { x: [2, 3] }, outputs: { y: 2, n: 2, z: 2 } });
    const after = optimize(before, only).model;
    expect(after.graph?.node.map(({ name, input, output }) => [name, input, output])).toEqual([
      ["h", ["x"], ["y"]],
      ["n", ["y"], ["n"]],
      ["z", ["x"], ["z"]],
    ]);
    expectSame(before, after, { x: numbers([2, 3]) }, true);
  });
});
