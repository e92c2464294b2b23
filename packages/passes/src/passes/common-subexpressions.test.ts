import { makeNode } from "@congruent/onnx";
import { describe, expect, it } from "@jest/globals";
import { optimize } from "../optimize.js";
import { int64, modelOf, numbers, operatorsOf } from "../testing/model-of.js";
import { expectSame } from "../testing/same-outputs.js";

const only = { passes: ["commonSubexpressions"] } as const;

describe("commonSubexpressions", () => {
  it("computes once what nodes compute of the same values, also where constants are other ones with the same numbers", () => {
    const nodes = [
      makeNode("ReduceSum", ["x", "a"], ["p"]),
      makeNode("ReduceSum", ["x", "b"], ["q"]),
      makeNode("Exp", ["p"], ["r"]),
      makeNode("Exp", ["q"], ["s"]),
      makeNode("Add", ["r", "s"], ["y"]),
    ];
    const before = modelOf({ nodes, inputs: { x: [2, 3] }, weights: { a: int64(0), b: int64(0) } });
    const after = optimize(before, only).model;
    expect(operatorsOf(after)).toBe("ReduceSum Exp Add");
    expect(after.graph?.node.at(-1)?.input).toEqual(["r", "r"]);
    expectSame(before, after, { x: numbers([2, 3]) }, true);
  });

  it("keeps two outputs two, random numbers apart, and nodes that differ in an attribute or an operand's order", () => {
    const nodes = [
      makeNode("Exp", ["x"], ["u"]),
      makeNode("Exp", ["x"], ["v"]),
      makeNode("RandomUniformLike", ["x"], ["m"]),
      makeNode("RandomUniformLike", ["x"], ["n"]),
      makeNode("Softmax", ["x"], ["s"], { attributes: { axis: 0n } }),
      makeNode("Softmax", ["x"], ["t"], { attributes: { axis: 1n } }),
      makeNode("Sub", ["s", "t"], ["d"]),
      makeNode("Sub", ["t", "s"], ["e"]),
      makeNode("Sum", ["d", "e", "m", "n"], ["y"]),
    ];
    const before = modelOf({ nodes, inputs: { x: [2, 3] }, outputs: { u: 2, v: 2, y: 2 } });
    expect(optimize(before, only).model).toBe(before);
  });
});
