/** @needs tensorflow */

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { tuningResultsSchema } from "@congruent/core/schemas";
import { timeLimits } from "@congruent/core/testing";
import { afterAll, beforeAll, describe, expect, it, jest } from "@jest/globals";
import { tinySearch } from "../testing/tiny-search.js";

jest.setTimeout(timeLimits.training);

const mlp = fileURLToPath(new URL("../../../../models/mlp/recipe.json", import.meta.url));

let tiny: Awaited<ReturnType<typeof tinySearch>>;
beforeAll(async () => {
  tiny = await tinySearch();
});
afterAll(() => tiny.remove());

describe("congruent tune", () => {
  it("searches in processes, side by side, and writes the best values as a recipe", async () => {
    const found = await tiny.start(
      ...["tune", "tuning.json", "--parallel", "2", "--out", "search", "--json"],
      ...["--write-recipe", "best.json", "--report", "search.html"],
    );
    expect(found).toMatchObject({
      exitCode: 0,
      stderr: expect.stringMatching(
        /1 of 1 {2}trial 0000 {2}valAccuracy 0\.\d{4} .*best 0\.\d{4} in trial 0000/,
      ),
    });
    const { results: raw, recipe, out } = JSON.parse(found.stdout);
    const results = tuningResultsSchema.parse(raw);
    expect({ out, ended: results.ended }).toEqual({ out: "search", ended: "all 1 trials were made" });
    const [best] = results.trials;
    // The run directories are the oracle: each execution's seed, its log, its best epoch.
    const runs = [0, 1].map((execution) => {
      const within = (file: string) => tiny.at("search", "trials", "0000", `execution-${execution}`, file);
      const lines = readFileSync(within("log.jsonl"), "utf8").trim().split("\n");
      expect(existsSync(within("best/model.json"))).toBe(true);
      return {
        seed: JSON.parse(readFileSync(within("recipe.json"), "utf8")).seed as number,
        top: Math.max(...lines.map((line) => JSON.parse(line).valAccuracy as number)),
      };
    });
    expect(runs.map(({ seed }) => seed)).toEqual([3, 4]);
    expect(best?.score).toBeCloseTo(((runs[0]?.top ?? 0) + (runs[1]?.top ?? 0)) / 2, 12);
    expect(JSON.parse(await readFile(tiny.at("best.json"), "utf8"))).toEqual(recipe);
    expect(recipe).toMatchObject({
      name: "tiny-tuned",
      epochs: 3,
      seed: 3,
      parameters: { hidden: [{ units: best?.values.units }] },
      optimizer: { name: best?.values.optimizer },
    });
    expect(await readFile(tiny.at("search.html"), "utf8")).toContain("What the search tried");
  }, 300_000);

  it("resumes with what is finished as it is, and with nothing else", async () => {
    const log = () => readFileSync(tiny.at("search", "trials", "0000", "execution-0", "log.jsonl"), "utf8");
    const before = log();
    const again = await tiny.start("tune", "tuning.json", "--out", "search");
    expect(again).toMatchObject({ exitCode: 2, stderr: expect.stringContaining("E_JOURNAL_EXISTS") });
    const same = await tiny.start("tune", "tuning.json", "--out", "search", "--resume");
    expect(same).toMatchObject({ exitCode: 0, stdout: expect.stringContaining("Showing 10 best trials") });
    expect(same.stdout).toContain('Objective(name="valAccuracy", direction="max")');
    expect(same.stderr).not.toMatch(/of 1 {2}trial/);
    expect(readdirSync(tiny.at("search", "trials"))).toEqual(["0000"]);
    expect(log()).toBe(before);
    const other = await tiny.start("tune", "tuning.json", "--out", "search", "--resume", "--seed", "7");
    expect(other).toMatchObject({
      exitCode: 2,
      stderr: expect.stringMatching(/E_JOURNAL_MISMATCH.*seed: 42 then, 7 now/),
    });
  }, 300_000);

  it.each<[string, string[], RegExp]>([
    ["a data set that is not there", ["tuning.json", "--set", "dataset=emnist"], /E_DATASET_UNKNOWN/],
    ["a recipe without a space", [mlp], /E_SPACE_MISSING/],
    ["an objective that no epoch logs", ["tuning.json", "--set", "validationSplit=0"], /E_OBJECTIVE/],
  ])("refuses %s with 2, before anything is trained", async (_, args, said) => {
    const { exitCode, stderr, stdout } = await tiny.start("tune", ...args);
    expect({ exitCode, stderr, stdout }).toMatchObject({ exitCode: 2, stderr: expect.stringMatching(said) });
    expect(existsSync(tiny.at("runs"))).toBe(false);
  });
});
