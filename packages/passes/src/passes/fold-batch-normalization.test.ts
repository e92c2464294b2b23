import type { Tensor } from "@congruent/core";
import { type AttributeValue, makeNode } from "@congruent/onnx";
import { describe, expect, it } from "@jest/globals";
import { optimize } from "../optimize.js";
import { modelOf, numbers, operatorsOf } from "../testing/model-of.js";
import { expectSame, expectSameInRuntime } from "../testing/same-outputs.js";

const only = { passes: ["foldBatchNormalization"] } as const;

interface Layer {
  operator: string;
  x: number[];
  weight: number[];
  bias?: number[];
  channels: number;
  attributes?: Record<string, AttributeValue>;
}

const layers: Readonly<Record<string, Layer>> = {
  "a Conv": { operator: "Conv", x: [2, 3, 5, 4], weight: [4, 3, 2, 3], channels: 4 },
  "a Conv with a bias and groups": {
    ...{ operator: "Conv", x: [1, 4, 5, 4], weight: [6, 2, 3, 1], bias: [6], channels: 6 },
    attributes: { group: 2n, pads: [1n, 0n, 1n, 0n] },
  },
  "a ConvTranspose with groups": {
    ...{ operator: "ConvTranspose", x: [1, 4, 3, 4], weight: [4, 3, 2, 2], bias: [6], channels: 6 },
    attributes: { group: 2n, strides: [2n, 1n] },
  },
  "a Gemm": { operator: "Gemm", x: [3, 5], weight: [5, 4], bias: [4], channels: 4 },
  "a Gemm turned and scaled": {
    ...{ operator: "Gemm", x: [5, 3], weight: [4, 5], bias: [1, 4], channels: 4 },
    attributes: { transA: 1n, transB: 1n, alpha: 0.5, beta: -2 },
  },
  "a Gemm with one number for all": { operator: "Gemm", x: [3, 5], weight: [5, 4], bias: [1], channels: 4 },
  "a MatMul": { operator: "MatMul", x: [3, 5], weight: [5, 4], channels: 4 },
};

function model(
  { operator, x, weight, bias, channels, attributes = {} }: Layer,
  more: { outputs?: Record<string, number>; fed?: boolean } = {},
) {
  const stats: Record<string, Tensor> = {
    w: numbers(weight, 1, 2),
    s: numbers([channels], 2, 3),
    o: numbers([channels], 1, 4),
    m: numbers([channels], 1, 5),
    v: {
      ...numbers([channels], 1, 6),
      data: numbers([channels], 1, 6).data.map((each) => 0.1 + Math.abs(each)),
    },
    ...(bias && { b: numbers(bias, 1, 7) }),
  };
  return modelOf({
    nodes: [
      makeNode(operator, ["x", "w", ...(bias ? ["b"] : [])], ["h"], { name: "layer", attributes }),
      makeNode("BatchNormalization", ["h", "s", "o", "m", "v"], ["y"], {
        name: "norm",
        attributes: { epsilon: 1e-3 },
      }),
    ],
    inputs: { x },
    weights: stats,
    ...more,
  });
}

describe("foldBatchNormalization", () => {
  it.each(Object.entries(layers))("folds one after %s, within the bound", async (_, layer) => {
    const before = model(layer);
    const after = optimize(before, only).model;
    expect(operatorsOf(after)).toBe(layer.operator === "MatMul" ? "Gemm" : layer.operator);
    expect(after.graph?.node[0]).toMatchObject({
      name: "layer",
      metadataProps: [{ key: "congruent.from", value: "layer\nnorm" }],
    });
    const feeds = { x: numbers(layer.x, 3, 8) };
    expectSame(before, after, feeds, false);
    await expectSameInRuntime(before, after, feeds);
  });

  it("leaves one whose layer is read elsewhere", () => {
    const before = model(layers["a Conv"] as Layer, { outputs: { y: 4, h: 4 } });
    expect(optimize(before, only).model).toBe(before);
  });

  it("leaves one after a Gemm with a bias of each row", () => {
    const before = model({ operator: "Gemm", x: [4, 5], weight: [5, 4], bias: [4, 1], channels: 4 });
    expect(optimize(before, only).model).toBe(before);
  });
});
