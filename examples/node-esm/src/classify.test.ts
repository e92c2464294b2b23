/** @needs build */

import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { tensor } from "@congruent/core";
import { timeLimits } from "@congruent/core/testing";
import { tinyClassifier } from "@congruent/onnx/testing";
import { encodeTensor } from "@congruent/runtime";
import { afterAll, beforeAll, describe, expect, it, jest } from "@jest/globals";

jest.setTimeout(timeLimits.programs);

const script = fileURLToPath(new URL("../classify.mjs", import.meta.url));

describe("the example for Node", () => {
  let directory: string;
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), "example-"));
    const pixels = tensor("float32", Float32Array.of(255, 0, 0, 0, 0, 255, 0, 0), [2, 2, 2, 1]);
    await writeFile(join(directory, "model.onnx"), tinyClassifier().bytes);
    await writeFile(
      join(directory, "model.passport.json"),
      JSON.stringify({ golden: { inputs: { pixels: encodeTensor(pixels) } } }),
    );
  });
  afterAll(() => rm(directory, { recursive: true }));

  it("names the pictures of a passport", async () => {
    const { stdout } = await promisify(execFile)(process.execPath, [script, join(directory, "model.onnx")]);
    // softmax(1, 0, -1) and softmax(0, 2, 0).
    expect(stdout).toBe("picture 0: left (66.5 %)\npicture 1: right (78.7 %)\n");
  });
});
