/** @needs export */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { referenceBenchSchema } from "@congruent/core/schemas";
import { encodeModel } from "@congruent/onnx";
import { attentionBlock, residualBlock } from "@congruent/onnx/testing";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { benchReference } from "./bench-reference.js";

describe("benchReference", () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "congruent-bench-reference-test-"));
    writeFileSync(join(folder, "attention.onnx"), encodeModel(attentionBlock()));
    writeFileSync(join(folder, "residual.onnx"), encodeModel(residualBlock()));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it("has the reference and Python compute the same sample, taking turns", async () => {
    const models = ["attention.onnx", "residual.onnx"].map((name) => join(folder, name));
    const bench = await benchReference({ models, rounds: 2 });
    expect(referenceBenchSchema.parse(bench)).toEqual(bench);
    for (const { contenders, difference, boundsToPlain, toPeer } of bench.models) {
      expect(contenders.map(({ name, runs, reason }) => [name, runs.length, reason])).toEqual([
        ["plain", 2, null],
        ["bounds", 2, null],
        ["numpy", 2, null],
      ]);
      expect(difference).toBeLessThan(1e-12);
      expect(boundsToPlain).toBeGreaterThan(0);
      expect(toPeer).toBeGreaterThan(0);
    }
  }, 300_000);

  it("says why a contender failed, and gives no ratio to it", async () => {
    const [model] = (
      await benchReference({ models: [join(folder, "residual.onnx")], rounds: 1, timeoutMs: 1 })
    ).models;
    expect(model?.contenders.map(({ reason }) => reason)).toEqual(
      Array.from({ length: 3 }, () => expect.stringContaining("ended early")),
    );
    expect(model).toMatchObject({ boundsToPlain: null, toPeer: null, difference: null });
  }, 300_000);

  it("refuses a shape that no model has", async () => {
    const models = [join(folder, "residual.onnx")];
    await expect(benchReference({ models, rounds: 1, shapes: ["nobody=3"] })).rejects.toMatchObject({
      code: "E_SHAPE",
    });
  });
});
