import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { rows } from "@congruent/core";
import { scoreComparisonSchema } from "@congruent/core/schemas";
import { timeLimits } from "@congruent/core/testing";
import { loadDataset } from "@congruent/datasets";
import { describe, expect, it, jest } from "@jest/globals";
import sharp from "sharp";
import { commandLine } from "../testing/command-line.js";

jest.setTimeout(timeLimits.programs);

const home = fileURLToPath(new URL("../../../../", import.meta.url));
const lenet = join(home, "models", "lenet", "model.onnx");
const recipe = join(home, "models", "lenet", "recipe.json");
const { at, congruent, expectError } = commandLine();

describe("the verbs on LeNet", () => {
  it("predict reads a picture of a digit", async () => {
    const { test } = await loadDataset("mnist");
    const { data } = rows(test.images, 0, 1);
    const digit = sharp(data, { raw: { width: 28, height: 28, channels: 1 } });
    await digit.clone().png().toFile(at("light.png"));
    await digit.clone().negate().resize(280, 280).jpeg().toFile(at("dark-large.jpg"));
    const { exitCode, stdout } = await congruent("predict", lenet, "light.png", "dark-large.jpg", "--json");
    expect(exitCode).toBe(0);
    const { predictions } = JSON.parse(stdout);
    expect(predictions.map((p: { label: string }) => p.label)).toEqual(["7", "7"]);
    for (const p of predictions) expect(p.probability).toBeGreaterThan(0.9);
  });

  it("evaluate reaches the accuracy of results.json", async () => {
    const { exitCode, stdout } = await congruent("evaluate", lenet, "--json");
    expect(exitCode).toBe(0);
    const { accuracy } = JSON.parse(stdout);
    const results = JSON.parse(await readFile(join(home, "models", "lenet", "results.json"), "utf8"));
    // A decision may flip where two probabilities are equal to rounding and the machine sums in another order.
    expect(Math.abs(accuracy - results.evaluation.accuracy)).toBeLessThanOrEqual(0.0002);
    expect(accuracy).toBeGreaterThanOrEqual(0.985);
  });

  it("evaluate compares models, also those that were scored before, and reports again what was found", async () => {
    const results = join(home, "models", "lenet", "results.json");
    const own = at("own.json");
    expect((await congruent("evaluate", lenet, "--report", own)).exitCode).toBe(0);
    const { exitCode, stdout } = await congruent("evaluate", own, results, "--json");
    expect(exitCode).toBe(0);
    const { models, pairs } = scoreComparisonSchema.parse(JSON.parse(stdout));
    expect(models.map(({ path }) => path)).toEqual([own, results]);
    // One file, evaluated twice.
    expect(models[0]?.sha256).toBe(models[1]?.sha256);
    expect(pairs).toMatchObject([{ significant: false }]);
    const shares = await congruent("evaluate", results, "--confusion", "true");
    expect(shares.stdout).toContain("as shares of the true class");
    expect(await expectError(["evaluate", results, "--limit", "10"], "E_USAGE", 2)).toContain("--limit");
    await expectError(["evaluate", recipe], "E_SCHEMA", 2);
    await expectError(["evaluate", own, lenet, "--report", "out.pdf"], "E_REPORT_FORMAT", 2);
    await congruent("evaluate", lenet, "--limit", "50", "--report", at("few.json"));
    await expectError(["evaluate", own, at("few.json")], "E_COMPARE_IMAGES", 2);
  });

  it("evaluate ends with 1 below the accuracy that is asked for", async () => {
    const few = ["evaluate", lenet, "--limit", "100", "--json"];
    expect((await congruent(...few, "--at-least", "0.9")).exitCode).toBe(0);
    const { exitCode, stdout } = await congruent(
      "evaluate",
      lenet,
      "--limit",
      "2000",
      "--at-least",
      "1",
      "--json",
    );
    expect(exitCode).toBe(1);
    expect(JSON.parse(stdout).accuracy).toBeLessThan(1);
    expect((await congruent(...few, "--at-least", "90")).exitCode).toBe(2);
  });
});
