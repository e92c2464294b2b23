import { existsSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { timeLimits } from "@congruent/core/testing";
import { changed, encodeModel, type ModelProto } from "@congruent/onnx";
import { residualBlock } from "@congruent/onnx/testing";
import { afterAll, beforeAll, describe, expect, it, jest } from "@jest/globals";
import { writeRewritten } from "./write-rewritten.js";

jest.setTimeout(timeLimits.programs);

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "rewritten-"));
  await writeFile(join(folder, "model.onnx"), encodeModel(residualBlock()));
});
afterAll(() => rm(folder, { recursive: true }));

/** Another operator for the first Relu. */
function withOperator(model: ModelProto, opType: string): ModelProto {
  const graph = model.graph!;
  const node = graph.node.map((each) => (each.opType === "Relu" ? changed(each, { opType }) : each));
  return changed(model, { graph: changed(graph, { node }) });
}

describe("writeRewritten", () => {
  it.each([
    ["computes something else", "Elu", "fail"],
    ["ONNX Runtime does not load", "NonZero", "fail"],
  ])("writes no file that %s", async (_, opType, verdict) => {
    const out = join(folder, `${opType}.onnx`);
    const made = await writeRewritten(
      join(folder, "model.onnx"),
      out,
      { seed: 1, samples: 4 },
      async (model) => ({
        verb: "optimize",
        model: withOperator(model, opType),
      }),
    );
    expect(made).toMatchObject({ out: { path: null }, parity: { verdict } });
    expect(existsSync(out)).toBe(false);
  });
});
