import { tensor } from "@congruent/core";
import { makeGraph, makeModel, makeNode, makeTensorValueInfo } from "@congruent/onnx";
import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { interpretWithBounds } from "./index.js";

const i64 = (numbers: readonly number[], dims: readonly number[] = [numbers.length]) =>
  tensor("int64", BigInt64Array.from(numbers, BigInt), dims);

/** Operators that take 64-bit integers, with how many inputs. */
const operators: readonly (readonly [opType: string, inputs: number])[] = [
  ...["ReduceSum", "ReduceMax", "ReduceMin", "ReduceMean", "ReduceL1", "ReduceL2", "ReduceSumSquare"],
  ...["ReduceProd", "Neg", "Abs", "Sign", "Identity", "Relu"],
].map((opType): [string, number] => [opType, 1]);
const binary: readonly (readonly [string, number])[] = [
  "Add",
  "Sub",
  "Mul",
  "Div",
  "Max",
  "Min",
  "Sum",
  "MatMul",
].map((opType) => [opType, 2]);

describe.each([...operators, ...binary])("%s of 64-bit integers", (opType, count) => {
  const names = ["a", "b"].slice(0, count);
  const run = (a: readonly number[], b: readonly number[], inputErrors: Record<string, Float64Array>) => {
    const declared = names.map((name) => makeTensorValueInfo(name, "int64", [a.length]));
    const graph = makeGraph([makeNode(opType, names, ["y"])], "g", declared, [
      makeTensorValueInfo("y", "int64", []),
    ]);
    const feeds = Object.fromEntries(names.map((name) => [name, i64(name === "a" ? a : b)]));
    return interpretWithBounds(makeModel(graph, { opset: 20 }), feeds, { inputErrors });
  };

  it("is exact, and with errors never wrongly sure", () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 6 }),
        fc.nat(5),
        (numbers, place) => {
          expect(run(numbers, numbers, {}).bounds.get("y")?.errors ?? null).toBeNull();
          const at = place % numbers.length;
          const errors = Float64Array.from(numbers, (_, i) => (i === at ? 1 : 0));
          const { outputs, bounds } = run(numbers, numbers, { a: errors });
          const moved = run(
            numbers.map((each, i) => (i === at ? each + 1 : each)),
            numbers,
            {},
          );
          const bound = bounds.get("y")?.errors ?? null;
          const [before, after] = [outputs, moved.outputs].map(
            (each) => each.get("y")?.data as BigInt64Array,
          );
          before?.forEach((each, i) => {
            expect(Math.abs(Number(each) - Number(after?.[i]))).toBeLessThanOrEqual(bound?.[i] ?? 0);
          });
        },
      ),
      { numRuns: 30 },
    );
  });
});
