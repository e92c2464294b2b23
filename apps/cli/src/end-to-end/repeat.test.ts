/** @needs tensorflow */

import { existsSync, readFileSync } from "node:fs";
import { readFile, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { sha256 } from "@congruent/core/files";
import { timeLimits } from "@congruent/core/testing";
import { beforeAll, describe, expect, it, jest } from "@jest/globals";
import { commandLine } from "../testing/command-line.js";

jest.setTimeout(timeLimits.training);

const recipe = {
  schema: "congruent/recipe@1",
  name: "tiny",
  description: "An MLP on 200 images",
  dataset: "mnist",
  architecture: "mlp",
  optimizer: { name: "adam" },
  // Long enough to be interrupted in the middle.
  epochs: 40,
  subset: { labelCounts: Array(10).fill(20), seed: 1 },
  seed: 3,
  seeds: [3, 4],
};

const cli = commandLine();
const { at } = cli;
const start = (...args: string[]) => cli.start(args);
beforeAll(() => writeFile(at("recipe.json"), JSON.stringify(recipe)));
const weights = async (run: string) => sha256(await readFile(at(run, "layers", "weights.bin")));

describe("congruent repeat", () => {
  it("resumes a seed that was interrupted, trains the others, keeps all when called again", async () => {
    await start("train", "recipe.json", "--seed", "3", "--out", "whole", "--device", "cpu");
    const training = start("train", "recipe.json", "--seed", "3", "--out", "runs/seed-3", "--device", "cpu");
    const log = at("runs", "seed-3", "log.jsonl");
    while (training.exitCode === null && !(existsSync(log) && readFileSync(log, "utf8")))
      await setTimeout(10);
    training.kill("SIGINT");
    expect((await training).exitCode).toBe(130);
    expect(existsSync(at("runs", "seed-3", "layers"))).toBe(false);

    // Killed before its first checkpoint.
    const young = start("train", "recipe.json", "--seed", "4", "--out", "runs/seed-4", "--device", "cpu");
    while (young.exitCode === null && !existsSync(at("runs", "seed-4", "recipe.json"))) await setTimeout(1);
    young.kill("SIGKILL");
    await young;
    expect(existsSync(at("runs", "seed-4", "recipe.json"))).toBe(true);

    const first = await start("repeat", "recipe.json", "--out", "runs", "--device", "cpu", "--json");
    expect(first).toMatchObject({ exitCode: 0, stderr: expect.stringContaining("resumes in epoch") });
    expect(await weights("runs/seed-3")).toBe(await weights("whole"));
    expect(await weights("runs/seed-4")).not.toBe(await weights("whole"));
    const answer = JSON.parse(first.stdout);
    const [a, b] = answer.runs.map(({ accuracy }: { accuracy: number }) => accuracy);
    expect(answer).toMatchObject({
      recipe: "tiny",
      runs: [
        { seed: 3, run: join("runs", "seed-3"), heldOutAccuracy: null },
        { seed: 4, run: join("runs", "seed-4"), heldOutAccuracy: null },
      ],
    });
    expect(answer.mean).toBeCloseTo((a + b) / 2, 12);
    expect(answer.standardDeviation).toBeCloseTo(Math.abs(a - b) / Math.SQRT2, 12);

    const times = () =>
      Promise.all(
        ["layers/weights.bin", "model.onnx", "evaluation.json"].map(
          async (file) => (await stat(at("runs", "seed-4", file))).mtimeMs,
        ),
      );
    const before = await times();
    await rm(at("runs", "seed-3", "evaluation.json"));
    const again = await start("repeat", "recipe.json", "--out", "runs", "--device", "cpu", "--json");
    expect(again).toMatchObject({ exitCode: 0, stdout: first.stdout });
    expect(await times()).toEqual(before);
    expect(existsSync(at("runs", "seed-3", "evaluation.json"))).toBe(true);
  }, 900_000);

  it("refuses finished runs of a recipe that has changed since, and touches nothing", async () => {
    await writeFile(at("recipe.json"), JSON.stringify({ ...recipe, batchSize: 32 }));
    const before = await weights("runs/seed-3");
    const { exitCode, stderr } = await start("repeat", "recipe.json", "--out", "runs", "--device", "cpu");
    expect({ exitCode, stderr }).toMatchObject({
      exitCode: 2,
      stderr: expect.stringMatching(/error E_RUN_EXISTS: .*seed-3 holds a run of another recipe/),
    });
    expect(await weights("runs/seed-3")).toBe(before);
  }, 300_000);
});

describe("congruent summary", () => {
  it("of a network, a recipe, a run and a folder of layers says the same", async () => {
    const answers = [];
    for (const what of ["mlp", "recipe.json", "whole", "whole/layers"]) {
      const { exitCode, stdout } = await start("summary", what, "--json");
      expect({ what, exitCode }).toEqual({ what, exitCode: 0 });
      answers.push(JSON.parse(stdout));
    }
    for (const answer of answers) expect(answer).toEqual(answers[0]);
    // 784 · 128 + 128, 128 · 64 + 64, 64 · 10 + 10
    expect(JSON.stringify(answers[0])).toContain("109386");
    const { stdout } = await start("summary", "mlp");
    expect(stdout).toContain('Model: "mlp"');
    expect(stdout).toContain("Total params: 109,386");
  }, 600_000);

  it("of nothing that is known names what there is", async () => {
    const { exitCode, stderr, stdout } = await start("summary", "alexnet");
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: "" });
    expect(stderr).toMatch(/error E_ARCHITECTURE: .*alexnet/);
    expect(stderr).toContain("lenet");
  });
});
