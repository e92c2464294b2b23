/** Random graphs through the reference and through ONNX Runtime's CPU kernels: two programs that share no code. */

import { sizeOf, type Tensor, tensor } from "@congruent/core";
import { timeLimits } from "@congruent/core/testing";
import {
  encodeModel,
  type ModelProto,
  makeGraph,
  makeModel,
  makeNode,
  makeTensor,
  makeTensorValueInfo,
  type NodeProto,
} from "@congruent/onnx";
import { interpret } from "@congruent/reference";
import { load } from "@congruent/runtime";
import { describe, expect, it, jest } from "@jest/globals";
import fc from "fast-check";

jest.setTimeout(timeLimits.programs);

const SHAPE = [2, 3, 4];

/** Steps that keep the shape and magnitudes of a few units; `a` and `b` are earlier values, `y` is the new one. */
const steps: readonly ((a: string, b: string, y: string) => NodeProto[])[] = [
  ...["Tanh", "Sigmoid", "Relu", "Neg", "Abs", "Softplus", "Erf", "Softsign"].map(
    (opType) => (a: string, _b: string, y: string) => [makeNode(opType, [a], [y])],
  ),
  ...["Add", "Sub", "Mul", "Max", "Min"].map((opType) => (a: string, b: string, y: string) => [
    makeNode(opType, [a, b], [`${y}.raw`]),
    makeNode("Tanh", [`${y}.raw`], [y]),
  ]),
  (a, _b, y) => [makeNode("Softmax", [a], [y], { attributes: { axis: 1n } })],
  (a, _b, y) => [
    makeNode("Transpose", [a], [`${y}.turned`], { attributes: { perm: [0n, 2n, 1n] } }),
    makeNode("MatMul", [`${y}.turned`, "square"], [`${y}.product`]),
    makeNode("Transpose", [`${y}.product`], [y], { attributes: { perm: [0n, 2n, 1n] } }),
  ],
  (a, b, y) => [
    makeNode("ReduceMean", [a], [`${y}.mean`], { attributes: { axes: [2n] } }),
    makeNode("Sub", [b, `${y}.mean`], [y]),
  ],
  (a, b, y) => [
    makeNode("Concat", [a, b], [`${y}.both`], { attributes: { axis: 2n } }),
    makeNode("Slice", [`${y}.both`, "two", "six", "last"], [y]),
  ],
  (a, b, y) => [makeNode("Less", [a, b], [`${y}.less`]), makeNode("Where", [`${y}.less`, b, a], [y])],
  (a, _b, y) => [makeNode("LayerNormalization", [a, "scale"], [y], { attributes: { axis: -1n } })],
];

const int64 = (...list: number[]) => tensor("int64", BigInt64Array.from(list, BigInt), [list.length]);

/** Each choice: a step and which two of the values before it the step takes. */
function modelOf(choices: readonly (readonly [number, number, number])[]): ModelProto {
  const names = ["x0", "x1"];
  const nodes = choices.flatMap(([step, first, second], i) => {
    const pick = (number: number) => names[number % names.length] as string;
    const made = steps[step]?.(pick(first), pick(second), `y${i}`) ?? [];
    names.push(`y${i}`);
    return made;
  });
  const square = Float32Array.from({ length: 9 }, (_, i) => ((i * 5) % 7) / 7 - 0.4);
  const last = names.at(-1) as string;
  return makeModel(
    makeGraph(
      nodes,
      "random",
      ["x0", "x1"].map((name) => makeTensorValueInfo(name, "float32", SHAPE)),
      [makeTensorValueInfo(last, "float32", SHAPE)],
      [
        makeTensor("square", tensor("float32", square, [3, 3])),
        makeTensor("scale", tensor("float32", Float32Array.of(0.5, 1, -1, 0.25), [4])),
        ...[makeTensor("two", int64(2)), makeTensor("six", int64(6)), makeTensor("last", int64(2))],
      ],
    ),
    { opset: 17 },
  );
}

const values = fc
  .array(fc.integer({ min: -2000, max: 2000 }), { minLength: sizeOf(SHAPE), maxLength: sizeOf(SHAPE) })
  .map(
    (list): Tensor =>
      tensor(
        "float32",
        Float32Array.from(list, (each) => each / 1000),
        SHAPE,
      ),
  );
const choices = fc.array(fc.tuple(fc.nat(steps.length - 1), fc.nat(20), fc.nat(20)), {
  minLength: 1,
  maxLength: 9,
});

describe("random graphs", () => {
  it("give in the reference what ONNX Runtime gives, but for float32's rounding", async () => {
    const used = new Set<string>();
    await fc.assert(
      fc.asyncProperty(choices, values, values, async (chosen, x0, x1) => {
        const model = modelOf(chosen);
        for (const { opType } of model.graph?.node ?? []) used.add(opType);
        const right = [...interpret(model, { x0, x1 }).outputs.values()][0];
        const session = await load(encodeModel(model), { runtime: "node-cpu" });
        const [got] = Object.values(await session.run({ x0, x1 }));
        await session.close();
        expect(got?.dims).toEqual(right?.dims);
        const off = Array.from(right?.data as Float64Array, (each, i) =>
          Math.abs(each - Number(got?.data[i])),
        );
        // At most 27 steps on magnitudes of a few units. Normalizing magnifies: a nearly constant row is divided by √1e-5 at the least,
        // and Less may decide a near tie the other way, where both choices are as near.
        expect(Math.max(...off)).toBeLessThan(2e-3);
        expect(off.toSorted((a, b) => a - b)[Math.floor(off.length / 2)]).toBeLessThan(1e-4);
      }),
      { seed: 5, numRuns: 60 },
    );
    expect(used.size).toBeGreaterThan(20);
  });
});
