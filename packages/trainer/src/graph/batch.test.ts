/** @needs tensorflow */

import { sizeOf } from "@congruent/core";
import { timeLimits } from "@congruent/core/testing";
import { describe, expect, it, jest } from "@jest/globals";
import { DataType } from "../generated/tensorflow/core/framework/types_pb.js";
import { int, op, recordingOf } from "../testing/recordings.js";
import { batchExpressions, refuseRandomness, sameStructure } from "./batch.js";

jest.setTimeout(timeLimits.training);

const reshape = (target: number[]) => recordingOf([op("Reshape", [1, 2], 3)], { 1: [2] }, { 2: target });
const withAttribute = (value: number) =>
  recordingOf([op("Multinomial", [1], 2, [int("seed", value)])], { 1: [2] });
const code = (value: string) => expect.objectContaining({ code: value });

describe("constants that follow the batch size", () => {
  const three = (f: (batch: number) => ReturnType<typeof reshape>) =>
    [3, 5, 7].map((batch) => ({ batch, recording: f(batch) })) as [never, never, never];

  it("are linear expressions of it", () => {
    const expressions = batchExpressions(...three((batch) => reshape([batch, 4 * batch + 1, 6])));
    expect([...expressions.values()]).toEqual([{ kind: "linear", slope: [1, 4, 0], offset: [0, 1, 6] }]);
  });

  const { DT_FLOAT, DT_INT32, DT_BOOL } = DataType;
  it.each([DT_FLOAT, DT_INT32, DT_BOOL])(
    "are filled where they are one number throughout: type %s",
    (dtype) => {
      const value = dtype === DT_FLOAT ? 0.5 : 1;
      const filled = (shape: number[]) => {
        const recording = reshape([0]);
        const values = Array.from({ length: sizeOf(shape) }, () => value);
        recording.constants.set(2, { id: 2, dtype, shape, values });
        return recording;
      };
      const expressions = batchExpressions(...three((batch) => filled([batch, 2 * batch, 3])));
      expect([...expressions.values()]).toEqual([
        { kind: "filled", value, dims: { kind: "linear", slope: [1, 2, 0], offset: [0, 0, 3] } },
      ]);
      expect(() => batchExpressions(...three((batch) => filled([batch * batch])))).toThrow(
        code("E_CAPTURE_BATCH"),
      );
    },
  );

  it("are refused where they are not linear", () => {
    expect(() => batchExpressions(...three((batch) => reshape([batch * batch])))).toThrow(
      code("E_CAPTURE_BATCH"),
    );
  });

  it("are refused where they are attributes", () => {
    expect(() => batchExpressions(...three(withAttribute))).toThrow(code("E_CAPTURE_BATCH"));
  });
});

describe("what changes from one recording to the next", () => {
  it("is refused, naming the layer, be it a constant or an attribute", () => {
    expect(() => refuseRandomness(reshape([1]), reshape([2]))).toThrow(code("E_CAPTURE_RANDOM"));
    expect(() => refuseRandomness(withAttribute(1), withAttribute(2))).toThrow(code("E_CAPTURE_RANDOM"));
    expect(() => refuseRandomness(withAttribute(1), withAttribute(2))).toThrow(/^layer layer /);
    expect(() => refuseRandomness(withAttribute(1), withAttribute(1))).not.toThrow();
  });

  it("is refused where operators or the weights that they read differ", () => {
    const read = (weight: number) => recordingOf([op("Relu", [weight], 3)], { 1: [2], 2: [2] });
    expect(() => refuseRandomness(read(1), read(1))).not.toThrow();
    expect(() => refuseRandomness(read(1), read(2))).toThrow(code("E_CAPTURE_CONTROL_FLOW"));
    expect(() => refuseRandomness(read(1), reshape([1]))).toThrow(code("E_CAPTURE_CONTROL_FLOW"));
  });
});

describe("the structure of two recordings", () => {
  it("has attributes in it, and no constants", () => {
    expect(sameStructure(withAttribute(1), withAttribute(1))).toBe(true);
    expect(sameStructure(withAttribute(1), withAttribute(2))).toBe(false);
    expect(sameStructure(reshape([1]), reshape([2]))).toBe(true);
  });
});
