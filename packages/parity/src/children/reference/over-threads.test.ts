import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { tensor } from "@congruent/core";
import { askInParts } from "@congruent/core/process";
import { timeLimits } from "@congruent/core/testing";
import {
  encodeModel,
  makeGraph,
  makeModel,
  makeNode,
  makeTensor,
  makeTensorValueInfo,
} from "@congruent/onnx";
import { afterAll, beforeAll, describe, expect, it, jest } from "@jest/globals";
import type { ReferencePart, ReferenceRequest } from "../protocol.js";

jest.setTimeout(timeLimits.programs);

const SAMPLES = 9;
const BAD = 5;

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "over-threads-"));
});
afterAll(() => rm(folder, { recursive: true }));

/** One row of a table for each sample, by its number, through Exp. */
async function request(threads: number, index: (sample: number) => number): Promise<ReferenceRequest> {
  const modelPath = join(folder, "rows.onnx");
  const row = [makeNode("Gather", ["table", "i"], ["row"]), makeNode("Exp", ["row"], ["y"])];
  const numbers = Float32Array.from({ length: SAMPLES * 3 }, (_, i) => i / 7);
  const graph = makeGraph(
    row,
    "rows",
    [makeTensorValueInfo("i", "int64", ["n"])],
    [makeTensorValueInfo("y", "float32", ["n", 3])],
    [makeTensor("table", tensor("float32", numbers, [SAMPLES, 3]))],
  );
  await writeFile(modelPath, encodeModel(makeModel(graph)));
  const i = BigInt64Array.from({ length: SAMPLES }, (_, sample) => BigInt(index(sample)));
  const inputs = { i: tensor("int64", i, [SAMPLES]) };
  return { modelPath, inputs, batching: { mode: "split", size: 2 }, threads, threadsFromMs: -1 };
}

async function run(asked: ReferenceRequest) {
  const parts: ReferencePart[] = [];
  const script = new URL("../run-reference.js", import.meta.url);
  const ended = await askInParts<ReferencePart>({ script, request: asked, timeoutMs: 50_000 }, (part) =>
    parts.push(part),
  ).catch((error: unknown) => error);
  const rows = parts.flatMap(({ outputs }) => [...(outputs.y!.data as Float32Array)]);
  const errors = parts.flatMap(({ bounds }) => [...bounds.y!.errors.data]);
  return { ended, rows, errors };
}

describe("the reference over threads", () => {
  it("gives the same bits in the same order, however many there are", async () => {
    const one = await run(await request(1, (sample) => sample));
    const two = await run(await request(2, (sample) => sample));
    expect(one.ended).toBe(true);
    expect(one.rows).toEqual(
      Array.from({ length: SAMPLES * 3 }, (_, i) => Math.fround(Math.exp(Math.fround(i / 7)))),
    );
    expect(two).toEqual(one);
  });

  it("hands over what comes before the first sample that fails, then its error", async () => {
    const { ended, rows } = await run(
      await request(2, (sample) => (sample >= BAD ? SAMPLES + sample : sample)),
    );
    expect(rows).toHaveLength(BAD * 3);
    expect(ended).toMatchObject({
      name: "CongruentError",
      message: expect.stringContaining(`${SAMPLES + BAD}`),
    });
  });
});
