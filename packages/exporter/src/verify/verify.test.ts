import { type Tensor, tensor } from "@congruent/core";
import {
  makeGraph,
  makeModel,
  makeNode,
  makeTensor,
  makeTensorValueInfo,
  modelInterface,
} from "@congruent/onnx";
import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { shapeFlaws } from "./declared-shapes.js";
import { inputCases } from "./input-cases.js";
import { sizeOfFormula } from "./size-of-formula.js";

const relu = (dims: (number | string)[], outputs = dims) =>
  makeModel(
    makeGraph(
      [makeNode("Relu", ["x"], ["y"])],
      "g",
      [makeTensorValueInfo("x", "float32", dims)],
      [makeTensorValueInfo("y", "float32", outputs)],
    ),
  );

describe("the inputs of a verification", () => {
  it("are batches of three, three and one, with a padded, a zero, an edge and a large sample", () => {
    const [first, ...others] = inputCases(relu(["batch", 4, 5]), { seed: 1 });
    expect(others).toEqual([]);
    expect(first?.batching).toEqual({ mode: "split", size: 3 });
    const x = first?.tensors.x;
    expect(x?.dims).toEqual([7, 4, 5]);
    const sample = (i: number) => Array.from((x as Tensor<"float32">).data.subarray(i * 20, (i + 1) * 20));
    for (const usual of [0, 1, 2]) expect(new Set(sample(usual)).size).toBe(20);
    expect(
      sample(3)
        .slice(0, 10)
        .every((value) => value !== 0),
    ).toBe(true);
    expect(sample(3).slice(10)).toEqual(new Array(10).fill(0));
    expect(sample(4)).toEqual(new Array(20).fill(0));
    expect(sample(5)).toEqual(expect.arrayContaining([88, -88, 1]));
    expect(sample(5).some((value) => Object.is(value, -0))).toBe(true);
    expect(Math.max(...sample(6).map(Math.abs))).toBeGreaterThan(100);
  });

  it("have two sizes for each free axis, the second ones odd and different from each other", () => {
    const cases = inputCases(relu(["batch", "height", "width", 3]), { seed: 1 });
    expect(cases.map(({ tensors }) => tensors.x?.dims)).toEqual([
      [7, 64, 64, 3],
      [7, 65, 67, 3],
    ]);
    const larger = inputCases(relu(["batch", "height", "width", 3]), { seed: 1, scale: 2 });
    expect(larger.map(({ tensors }) => tensors.x?.dims.slice(1, 3))).toEqual([
      [128, 128],
      [129, 131],
    ]);
  });

  it("stay within a range that is known, and go to its ends", () => {
    const [given] = inputCases(relu(["batch", 6]), { seed: 1, range: [0, 255] });
    const data = given?.tensors.x?.data as Float32Array;
    expect([Math.min(...data), Math.max(...data)]).toEqual([0, 255]);
  });

  it("are indices that the table has, where they are indices", () => {
    const table = makeTensor("table", tensor("float32", new Float32Array(14), [7, 2]));
    const ids = makeTensorValueInfo("ids", "int32", ["batch", 5]);
    const y = makeTensorValueInfo("y", "float32", ["batch", 5, 2]);
    const [given] = inputCases(
      makeModel(makeGraph([makeNode("Gather", ["table", "ids"], ["y"])], "g", [ids], [y], [table])),
      { seed: 1 },
    );
    const data = Array.from(given?.tensors.ids?.data as Int32Array);
    expect(data.every((id) => id >= 0 && id < 7)).toBe(true);
    expect(new Set(data).size).toBe(7);
  });

  it("of a model that states its batch are whole batches", () => {
    const [given] = inputCases(relu([4, 3]), { seed: 1 });
    expect(given?.batching).toEqual({ mode: "fixed", size: 4 });
    expect((given?.tensors.x?.dims[0] ?? 0) % 4).toBe(0);
  });
});

describe("declared shapes", () => {
  const given = (...dims: number[]) =>
    tensor("float32", new Float32Array(dims.reduce((a, b) => a * b, 1)), dims);

  it("are held against what came, formulas worked out", () => {
    const model = modelInterface(relu(["batch", "height"], ["batch", "ceil(height/2)"]));
    expect(shapeFlaws(model, { x: given(2, 5) }, { y: given(2, 3) })).toEqual([]);
    expect(shapeFlaws(model, { x: given(2, 5) }, { y: given(2, 2) })).toEqual([
      "the output y is declared as [batch, ceil(height/2)], and has the shape [2, 2] where batch = 2, height = 5",
    ]);
    expect(shapeFlaws(model, { x: given(2, 5) }, { y: given(3, 3) })).toHaveLength(1);
    expect(shapeFlaws(model, { x: given(2, 5) }, { y: given(2, 3, 1) })).toHaveLength(1);
    expect(shapeFlaws(model, { x: given(2, 5) }, {})).toEqual(["the output y is missing"]);
  });

  it("a formula comes to what JavaScript makes of it", () => {
    const sizes = new Map([
      ["a", 7],
      ["b", 12],
    ]);
    const leaf = fc.constantFrom("a", "b", "3", "10");
    const formula = fc.letrec((tie) => ({
      any: fc.oneof({ depthSize: "small" }, leaf, tie("sum"), tie("call"), tie("inner")),
      sum: fc
        .tuple(tie("any"), fc.constantFrom("+", "-", "*", "/"), tie("any"))
        .map((parts) => parts.join("")),
      inner: tie("any").map((text) => `(${text})`),
      call: fc
        .tuple(fc.constantFrom("ceil", "floor", "max"), tie("any"))
        .map(([name, text]) => `${name}(${text})`),
    })).any as fc.Arbitrary<string>;
    fc.assert(
      fc.property(formula, (text) => {
        const program = text
          .replaceAll("ceil", "Math.ceil")
          .replaceAll("floor", "Math.floor")
          .replaceAll("max", "Math.max");
        // JavaScript is the oracle: the same operators, with the same precedence.
        const right = new Function("a", "b", `return ${program}`)(7, 12) as number;
        expect(sizeOfFormula(text, sizes)).toEqual(Number.isFinite(right) ? right : null);
      }),
      { numRuns: 200, seed: 3 },
    );
    for (const text of ["c", "a+", "(a", "ceil a", "a b", "", "a/b/time"])
      expect(sizeOfFormula(text, sizes)).toBeNull();
  });
});
