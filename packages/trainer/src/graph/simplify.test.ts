/** @needs tensorflow */
import { timeLimits } from "@congruent/core/testing";
import { describe, expect, it, jest } from "@jest/globals";
import { DataType } from "../generated/tensorflow/core/framework/types_pb.js";
import { binding, bool, float, op, recordingOf, typeOf } from "../testing/recordings.js";
import type { RecordedOp, Recording } from "./recorder.js";
import { simplify } from "./simplify.js";

jest.setTimeout(timeLimits.training);

const int32 = typeOf("T", DataType.DT_INT32);
const cast = (from: number, to: number) => [typeOf("SrcT", from), typeOf("DstT", to)];
const product = [float, bool("adj_x", false), bool("adj_y", true)];
const keep = (value: boolean) => [float, bool("keep_dims", value)];

function names(recording: Recording, ...outputs: number[]): string[] {
  return simplify(binding, recording, outputs).ops.map(({ name }) => name);
}

describe("Cast", () => {
  it("to the same dtype is dropped, and its output stands for its input", () => {
    const recording = recordingOf([op("Cast", [1], 2, cast(1, 1)), op("Relu", [2], 3)], {
      1: [2],
      2: [2],
      3: [2],
    });
    const simpler = simplify(binding, recording, [3]);
    expect(simpler.ops).toMatchObject([{ name: "Relu", inputs: [1] }]);
    expect(simpler.aliases).toEqual(new Map([[2, 1]]));
  });

  it("to another dtype stays", () => {
    expect(names(recordingOf([op("Cast", [1], 2, cast(1, 3))], { 1: [2], 2: [2] }), 2)).toEqual(["Cast"]);
  });
});

describe("Reshape", () => {
  it("to the same shape is dropped", () => {
    expect(
      names(recordingOf([op("Reshape", [1, 2], 3)], { 1: [4, 2], 3: [4, 2] }, { 2: [4, 2] }), 3),
    ).toEqual([]);
  });

  it("of a constant to the same shape, where the graph is to give it, is the constant's identity", () => {
    const recording = recordingOf([op("Reshape", [1, 2], 3)], { 3: [2] }, { 1: [0, 0], 2: [2] });
    expect(simplify(binding, recording, [3]).ops).toMatchObject([
      { name: "Identity", inputs: [1], outputs: [3], attributes: [{ name: "T", value: DataType.DT_INT32 }] },
    ]);
  });

  it("to another shape stays, even of equal size", () => {
    expect(
      names(recordingOf([op("Reshape", [1, 2], 3)], { 1: [4, 2], 3: [2, 4] }, { 2: [2, 4] }), 3),
    ).toEqual(["Reshape"]);
  });

  it("of a tensor whose shape is not known stays", () => {
    expect(names(recordingOf([op("Reshape", [1, 2], 3)], { 3: [4, 2] }, { 2: [4, 2] }), 3)).toEqual([
      "Reshape",
    ]);
  });

  it("of a reshape takes the first one's input", () => {
    const recording = recordingOf(
      [op("Reshape", [1, 2], 3), op("Reshape", [3, 4], 5)],
      { 1: [8], 3: [4, 2], 5: [2, 4] },
      { 2: [4, 2], 4: [2, 4] },
    );
    expect(simplify(binding, recording, [5]).ops.at(-1)?.inputs).toEqual([1, 4]);
  });

  it("of a scalar's activation is kept where its shape is not known", () => {
    const recording = recordingOf(
      [op("Relu", [1], 2), op("Reshape", [2, 3], 4)],
      { 2: [6], 4: [] },
      { 3: [] },
    );
    expect(names(recording, 4)).toEqual(["Relu", "Reshape"]);
  });
});

/** tfjs' dense layer: [4, 3] and [2, 3] as batches of one matrix, their product, then `rest`. */
function dense(rest: RecordedOp[], shapes: Record<number, number[]>, attributes = product): Recording {
  return recordingOf(
    [
      op("Reshape", [1, 10], 3),
      op("Reshape", [2, 11], 4),
      op("BatchMatMulV2", [3, 4], 5, attributes),
      ...rest,
    ],
    { 1: [4, 3], 2: [2, 3], 3: [1, 4, 3], 4: [1, 2, 3], 5: [1, 4, 2], ...shapes },
    { 10: [1, 4, 3], 11: [1, 2, 3], 12: [4, 2] },
  );
}

describe("BatchMatMulV2", () => {
  it("of one matrix with another is MatMul, transposed alike", () => {
    const simpler = simplify(binding, dense([op("Reshape", [5, 12], 6)], { 6: [4, 2] }), [6]);
    const matMul = simpler.ops.find(({ name }) => name === "MatMul");
    expect(matMul?.inputs).toEqual([1, 2]);
    expect(matMul?.attributes).toEqual([float, bool("transpose_a", false), bool("transpose_b", true)]);
    expect(simpler.aliases.get(6)).toBe(5);
  });

  it("keeps its rank where its output is asked for", () => {
    expect(names(dense([], {}), 5)).toContain("BatchMatMulV2");
  });

  it("keeps its rank where an operator looks at it", () => {
    const transposed = op("Transpose", [5, 13], 6);
    expect(names(dense([transposed], { 6: [2, 4, 1], 13: [3] }), 6)).toContain("BatchMatMulV2");
  });

  it("keeps its rank before an activation whose output is asked for", () => {
    expect(names(dense([op("Relu", [5], 6)], { 6: [1, 4, 2] }), 6)).toContain("BatchMatMulV2");
  });

  it("stays for true batches and for integers", () => {
    const batches = recordingOf([op("BatchMatMulV2", [1, 2], 3, product)], {
      1: [5, 4, 3],
      2: [5, 2, 3],
      3: [5, 4, 2],
    });
    expect(names(batches, 3)).toEqual(["BatchMatMulV2"]);
    const integers = dense([op("Reshape", [5, 12], 6)], { 6: [4, 2] }, [int32, ...product.slice(1)]);
    expect(names(integers, 6)).toContain("BatchMatMulV2");
  });

  it("loses its rank before bias and activation, and the reshape after them is dropped", () => {
    const rest = [op("Add", [5, 7], 8), op("Relu", [8], 9), op("Reshape", [9, 12], 6)];
    const simpler = simplify(binding, dense(rest, { 6: [4, 2], 7: [2], 8: [1, 4, 2], 9: [1, 4, 2] }), [6]);
    expect(simpler.ops.map(({ name }) => name).slice(2)).toEqual(["MatMul", "BiasAdd", "Relu"]);
    expect(simpler.shapes.get(9)).toEqual([4, 2]);
  });

  it.each([
    ["a vector of one for every column", [1], float],
    ["integers", [2], int32],
  ])("keeps its rank before the addition of %s, which is not a bias", (_what, bias, type) => {
    const rest = [op("Add", [5, 7], 8, [type]), op("Reshape", [8, 12], 6)];
    const simpler = simplify(binding, dense(rest, { 6: [4, 2], 7: bias, 8: [1, 4, 2] }), [6]);
    expect(simpler.ops.map(({ name }) => name).slice(2)).toEqual(["BatchMatMulV2", "Add", "Reshape"]);
    expect(simpler.shapes.get(8)).toEqual([1, 4, 2]);
  });
});

describe("Add", () => {
  const added = (x: number[], y: number[], type = float) =>
    names(recordingOf([op("Add", [1, 2], 3, [type])], { 1: x, 2: y, 3: x }), 3);

  it("of two rows is AddN, which TensorFlow does not take for a bias", () => {
    const recording = recordingOf([op("Add", [1, 2], 3)], { 1: [1, 4], 2: [1, 4], 3: [1, 4] });
    expect(simplify(binding, recording, [3]).ops).toMatchObject([
      { name: "AddN", inputs: [1, 2], attributes: [float, { name: "N", value: 2 }] },
    ]);
    expect(added([2, 4], [2, 4])).toEqual(["Add"]);
  });

  it("of a vector along the last dimension is BiasAdd", () => {
    expect(added([5, 4], [4])).toEqual(["BiasAdd"]);
    expect(added([5, 3, 3, 4], [4])).toEqual(["BiasAdd"]);
  });

  it("stays for anything else", () => {
    expect(added([5, 4], [1])).toEqual(["Add"]);
    expect(added([5, 4], [5, 4])).toEqual(["Add"]);
    expect(added([4], [4])).toEqual(["Add"]);
    expect(added([5, 4], [])).toEqual(["Add"]);
    expect(added([5, 4], [4], int32)).toEqual(["Add"]);
    expect(added([4], [5, 4])).toEqual(["Add"]);
  });
});

describe("Sum", () => {
  const summed = (axes: number[], attributes = keep(false), shape = [5, 3, 4]) =>
    names(recordingOf([op("Sum", [1, 2], 3, attributes)], { 1: shape, 3: [4] }, { 2: axes }), 3);

  it("over all but the last dimension is BiasAddGrad, which has no axes", () => {
    const recording = recordingOf([op("Sum", [1, 2], 3, keep(false))], { 1: [5, 4], 3: [4] }, { 2: [0] });
    expect(simplify(binding, recording, [3]).ops).toMatchObject([
      { name: "BiasAddGrad", inputs: [1], attributes: [float] },
    ]);
    expect(summed([0, 1])).toEqual(["BiasAddGrad"]);
    expect(summed([1, 0])).toEqual(["BiasAddGrad"]);
    expect(summed([-2, 0])).toEqual(["BiasAddGrad"]);
  });

  it("stays for anything else", () => {
    expect(summed([0])).toEqual(["Sum"]);
    expect(summed([0, 2])).toEqual(["Sum"]);
    expect(summed([0, -1])).toEqual(["Sum"]);
    expect(summed([0, 0])).toEqual(["Sum"]);
    expect(summed([0, 1], keep(true))).toEqual(["Sum"]);
    expect(summed([0, 1], [int32, bool("keep_dims", false)])).toEqual(["Sum"]);
    expect(summed([], keep(false), [4])).toEqual(["Sum"]);
  });
});
