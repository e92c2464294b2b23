/** Files that are rewritten: written when they compute the same, and nothing else. */
import { existsSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { rewrittenSchema } from "@congruent/core/schemas";
import { timeLimits } from "@congruent/core/testing";
import { decodeModel, encodeModel, readCard } from "@congruent/onnx";
import { residualBlock } from "@congruent/onnx/testing";
import { describe, expect, it, jest } from "@jest/globals";
import { commandLine } from "../testing/command-line.js";

jest.setTimeout(timeLimits.programs);

const lenet = fileURLToPath(
  new URL("../../../../packages/parity/src/fixtures/lenet-6-channels.onnx", import.meta.url),
);
const { at, congruent, expectError } = commandLine();

describe("congruent optimize", () => {
  it("says what each pass did, and writes a file with the card and other bytes, compared on seeded inputs", async () => {
    const { exitCode, stdout } = await congruent(
      "optimize",
      lenet,
      "--out",
      "o.onnx",
      "--samples",
      "5",
      "--json",
    );
    expect(exitCode).toBe(0);
    const said = rewrittenSchema.parse(JSON.parse(stdout));
    expect(said).toMatchObject({
      verb: "optimize",
      model: { nodes: 21 },
      out: { path: "o.onnx", nodes: 20 },
    });
    expect(said.parity).toMatchObject({ verdict: "pass", inputs: { samples: 5 } });
    expect(said.passes.find(({ pass }) => pass === "cancelTransposes")).toMatchObject({
      removed: 1,
      operators: { Transpose: -1 },
    });
    const [before, after] = await Promise.all(
      [lenet, at("o.onnx")].map(async (path) => decodeModel(await readFile(path))),
    );
    expect(readCard(after!)).toEqual(readCard(before!));
  });

  it("runs the passes that are named, and refuses others", async () => {
    await writeFile(at("residual.onnx"), encodeModel(residualBlock()));
    const { exitCode, stdout } = await congruent(
      ...["optimize", "residual.onnx", "--out", "r.onnx", "--passes", "foldBatchNormalization,removeUnused"],
    );
    expect(exitCode).toBe(0);
    expect(stdout).toContain("−1 BatchNormalization");
    await expectError(
      ["optimize", "residual.onnx", "--out", "no.onnx", "--passes", "fold"],
      "E_PASS_NAME",
      2,
    );
    await expectError(["optimize", "none.onnx", "--out", "no.onnx"], "E_MODEL_NOT_FOUND", 2);
    expect(existsSync(at("no.onnx"))).toBe(false);
  });
});

describe("congruent portable", () => {
  it("rewrites LeNet's second convolution, and says why", async () => {
    const report = at("portable.md");
    const args = ["--out", "p.onnx", "--samples", "5", "--report", report];
    const { exitCode, stdout } = await congruent("portable", lenet, ...args);
    expect(exitCode).toBe(0);
    expect(stdout).toContain("conv2/BiasAdd");
    expect(await readFile(report, "utf8")).toContain("microsoft/onnxruntime/issues/29651");
    const card = readCard(decodeModel(await readFile(at("p.onnx"))));
    expect(card?.rewrites).toMatchObject([
      { rewrite: "webgpuConvChannels", nodes: ["conv2/BiasAdd"], layers: [] },
    ]);
    // Of the file that it was made of nothing is known: it is older than the field.
    expect(readCard(decodeModel(await readFile(lenet)))?.rewrites).toBeUndefined();
  });
});
