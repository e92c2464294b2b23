import { tensor } from "@congruent/core";
import { makeGraph, makeModel, makeNode, makeTensor } from "@congruent/onnx";
import { tinyClassifier } from "@congruent/onnx/testing";
import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { arithmeticOf, toleranceOf } from "./index.js";

const weight = (name: string, dims: number[]) =>
  makeTensor(name, tensor("float32", new Float32Array(dims.reduce((a, b) => a * b, 1)), dims));

describe("arithmeticOf", () => {
  it("reads the lengths of sums from the weights' shapes", () => {
    expect(arithmeticOf(tinyClassifier().model)).toEqual({ reductions: 1, terms: 4 });
    const nodes = [
      makeNode("Conv", ["x", "conv"], ["a"]),
      makeNode("Relu", ["a"], ["b"]),
      makeNode("Gemm", ["b", "gemm"], ["c"], { attributes: { transB: 1n } }),
      makeNode("MatMul", ["c", "c"], ["y"]),
    ];
    const weights = [weight("conv", [16, 6, 5, 5]), weight("gemm", [10, 84])];
    expect(arithmeticOf(makeModel(makeGraph(nodes, "g", [], [], weights)))).toEqual({
      reductions: 3,
      terms: 150,
    });
  });

  it("takes a model without sums", () => {
    expect(arithmeticOf(makeModel(makeGraph([], "g", [], [])))).toEqual({ reductions: 0, terms: 1 });
  });
});

describe("toleranceOf", () => {
  it("is 4 x layers x sqrt(terms) x rounding x scale, and says so", () => {
    const { bound, why } = toleranceOf("float32", 0.5, { reductions: 5, terms: 400 });
    expect(bound).toBe(4 * 5 * 20 * 2 ** -24 * 0.5);
    expect(why).toContain("5 summing layers x sqrt(400 terms) x 2^-24");
    expect(toleranceOf("float64", 1, { reductions: 1, terms: 1 }).bound).toBe(4 * 2 ** -53);
  });

  it("allows integers nothing", () => {
    expect(toleranceOf("int64", 9, { reductions: 5, terms: 400 })).toEqual({
      bound: 0,
      why: "int64 values are exact",
    });
  });

  it("covers sums added forwards, backwards and in pairs in float32", () => {
    // The oracle: what really happens when one dot product is rounded in different orders.
    const f = Math.fround;
    const pairs = (values: number[]): number =>
      values.length === 1
        ? (values[0] as number)
        : f(pairs(values.slice(0, values.length >> 1)) + pairs(values.slice(values.length >> 1)));
    const value = fc.float({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(fc.array(value, { minLength: 2, maxLength: 400 }), (values) => {
        const forwards = values.reduce((sum, v) => f(sum + v), 0);
        const backwards = values.reduceRight((sum, v) => f(sum + v), 0);
        const sums = [forwards, backwards, pairs(values)];
        const { bound } = toleranceOf("float32", Math.max(...sums), { reductions: 1, terms: values.length });
        expect(Math.max(...sums) - Math.min(...sums)).toBeLessThanOrEqual(bound);
      }),
      { numRuns: 200, seed: 1 },
    );
  });
});
