/** @needs tensorflow build */

import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { tensor } from "@congruent/core";
import { timeLimits } from "@congruent/core/testing";
import { load } from "@congruent/runtime";
import { afterAll, beforeAll, describe, expect, it, jest } from "@jest/globals";

jest.setTimeout(timeLimits.training);

const script = fileURLToPath(new URL("../train.mjs", import.meta.url));

describe("the example with a model of one's own", () => {
  let directory: string;
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), "own-model-"));
  });
  afterAll(() => rm(directory, { recursive: true }));

  it("has at most 15 lines", async () => {
    const lines = (await readFile(script, "utf8")).split("\n").filter((line) => line.trim() !== "");
    expect(lines.length).toBeLessThanOrEqual(15);
  });

  it("trains and leaves an ONNX file that knows how far a point is from the middle", async () => {
    const out = join(directory, "distance.onnx");
    const { stdout } = await promisify(execFile)(process.execPath, [script, out]);
    expect(stdout).toMatch(/distance\.onnx: off by 0\.0\d\d on average/);
    const model = await load(out);
    const points = [
      [0, 0],
      [0.6, 0.8],
      [-0.3, 0.4],
      [0.5, -0.5],
    ];
    const point = tensor("float32", Float32Array.from(points.flat()), [4, 2]);
    const { distance } = await model.run({ point });
    // 32 + 32 rectified units approximate the cone to some hundredths, worst at its tip.
    points.forEach(([a = 0, b = 0], i) => {
      expect(Math.abs((distance?.data[i] as number) - Math.hypot(a, b))).toBeLessThan(0.1);
    });
    expect(distance?.dims).toEqual([4, 1]);
    await model.close();
  }, 600_000);
});
