/** Files in fewer bits: written within their budget, and not at all beyond it. */
import { existsSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { compressedSchema } from "@congruent/core/schemas";
import { timeLimits } from "@congruent/core/testing";
import { tinyClassifier } from "@congruent/onnx/testing";
import { rangeMethods } from "@congruent/passes";
import { describe, expect, it, jest } from "@jest/globals";
import { METHODS } from "../commands/compress.js";
import { commandLine } from "../testing/command-line.js";

jest.setTimeout(timeLimits.programs);

const lenet = fileURLToPath(
  new URL("../../../../packages/parity/src/fixtures/lenet-6-channels.onnx", import.meta.url),
);
const { at, congruent, expectError } = commandLine();

describe("congruent compress", () => {
  it("writes a file of about half the size, within the default budget", async () => {
    const args = ["--to", "float16", "--out", "half.onnx", "--samples", "5", "--json"];
    const { exitCode, stdout } = await congruent("compress", lenet, ...args);
    expect(exitCode).toBe(0);
    const said = compressedSchema.parse(JSON.parse(stdout));
    expect(said).toMatchObject({
      format: "float16-weights",
      budget: { snr: 20 },
      out: { path: "half.onnx" },
    });
    expect(said.out.bytes / said.model.bytes).toBeLessThan(0.53);
    expect((await readFile(at("half.onnx"))).length).toBe(said.out.bytes);
  });

  it("ends with 1 where the budget cannot hold, and keeps the report alone", async () => {
    const args = ["--to", "int8", "--out", "no.onnx", "--samples", "5", "--budget", "snr=300"];
    await writeFile(at("tiny.onnx"), tinyClassifier().bytes);
    const { exitCode, stdout } = await congruent("compress", "tiny.onnx", ...args);
    expect(exitCode).toBe(1);
    expect(stdout).toContain("Nothing was written: the budget holds only with every node in float32");
    expect(existsSync(at("no.onnx"))).toBe(false);
    expect(existsSync(at("no.onnx.compressed.json"))).toBe(true);
  });

  it("refuses options of another format, a bad budget and a file that is not there", async () => {
    const out = ["--out", "none.onnx"];
    await expectError(["compress", lenet, "--to", "int4", "--static", ...out], "E_USAGE", 2);
    await expectError(["compress", lenet, "--to", "int8", "--budget", "speed=1", ...out], "E_BUDGET", 2);
    await expectError(["compress", "absent.onnx", "--to", "int4", ...out], "E_MODEL_NOT_FOUND", 2);
    expect(existsSync(at("none.onnx"))).toBe(false);
  });

  it("knows every way to tell a range", () => {
    expect([...METHODS]).toEqual(Object.keys(rangeMethods));
  });
});
