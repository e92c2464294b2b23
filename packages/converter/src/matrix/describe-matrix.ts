import { timeLimits } from "@congruent/core/testing";
import type { ModelProto } from "@congruent/onnx";
import { loadTensorFlow, type TensorFlow } from "@congruent/toolchain";
import { beforeAll, describe, expect, it, jest } from "@jest/globals";
import { CASES, matrix } from "./cases/index.js";
import { checkModels } from "./check-models.js";
import type { MatrixCase } from "./layer-cases.js";
import { runCase } from "./run-case.js";

/** Defines the tests of some cases, a test for each class of layers, and one that asks Python about all their models. */
export function describeMatrix(chosen: (list: readonly MatrixCase[]) => readonly MatrixCase[]): void {
  jest.setTimeout(timeLimits.training);
  let tf: TensorFlow;
  beforeAll(async () => {
    tf = await loadTensorFlow({ device: "cpu" });
    // tfjs' own CPU backend says in Node that there is a faster one.
    tf.env().set("IS_TEST", true);
  });
  const converted = new Map<string, ModelProto>();

  describe("tfjs and ONNX Runtime are within the reference's bounds, and the stated shapes are the real ones", () => {
    it.each(Object.keys(CASES))("%s", async (className) => {
      const cases = chosen(matrix.filter((each) => each.className === className));
      expect(cases.length).toBeGreaterThan(0);
      const found: Record<string, readonly string[]> = {};
      for (const each of cases) {
        const { proto, flaws } = await runCase(tf, each, matrix.indexOf(each));
        converted.set(each.name, proto);
        if (flaws.length > 0) found[each.name] = flaws;
      }
      expect(found).toEqual({});
    });
  });

  it("the onnx package's checker and strict shape inference accept every model", async () => {
    expect(converted.size).toBeGreaterThanOrEqual(Object.keys(CASES).length);
    expect(await checkModels(converted)).toEqual({});
  });
}
