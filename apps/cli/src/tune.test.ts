import { existsSync, readdirSync, readFileSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { tuningResultsSchema } from "@congruent/core";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { execa } from "execa";

const bin = fileURLToPath(new URL("../bin/congruent.js", import.meta.url));
const models = fileURLToPath(new URL("../../../models", import.meta.url));
const tuning = {
  schema: "congruent/tuning@1",
  name: "tiny-tuned",
  description: "An MLP on 200 images",
  recipe: {
    dataset: "mnist",
    architecture: "mlp",
    optimizer: { name: "adam" },
    epochs: 2,
    validationSplit: 0.2,
    subset: { labelCounts: Array(10).fill(20), seed: 1 },
    seed: 3,
  },
  final: { epochs: 3 },
  space: [
    { type: "int", name: "units", min: 16, max: 64, step: 16, path: "parameters.hidden.0.units" },
    { type: "choice", name: "optimizer", values: ["adam", "sgd"], path: "optimizer.name" },
  ],
  objective: "val_accuracy",
  maxTrials: 2,
  executionsPerTrial: 2,
};

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "congruent-tune-"));
  await writeFile(join(folder, "tuning.json"), JSON.stringify(tuning));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const start = (...args: string[]) => execa(process.execPath, [bin, ...args], { cwd: folder, reject: false });
const at = (...parts: string[]) => join(folder, ...parts);

describe("congruent tune", () => {
  it("searches in processes, side by side, and leaves a recipe that trains like any other", async () => {
    const found = await start(
      ...["tune", "tuning.json", "--parallel", "2", "--out", "search", "--json"],
      ...["--write-recipe", "best.json", "--report", "search.html"],
    );
    expect(found).toMatchObject({
      exitCode: 0,
      stderr: expect.stringMatching(
        /2 of 2 {2}trial 000\d {2}valAccuracy 0\.\d{4} .*best 0\.\d{4} in trial 000\d/,
      ),
    });
    const { results: raw, recipe, out } = JSON.parse(found.stdout);
    const results = tuningResultsSchema.parse(raw);
    expect(out).toBe("search");
    expect(results.ended).toBe("all 2 trials were made");
    const [best] = results.ranking.map((id) => results.trials[id]);
    for (const { executions, score, status } of results.trials) {
      expect(status).toBe("completed");
      expect(executions).toHaveLength(2);
      const bests = executions.map(({ directory, outcome }) => {
        // The run directories are the oracle: each execution's seed, its log, its best epoch.
        const lines = readFileSync(at("search", directory, "log.jsonl"), "utf8")
          .trim()
          .split("\n");
        const logged = lines.map((line) => JSON.parse(line).valAccuracy as number);
        expect(outcome).toMatchObject({ status: "completed" });
        expect(existsSync(at("search", directory, "best", "model.json"))).toBe(true);
        return Math.max(...logged);
      });
      expect(score).toBeCloseTo(((bests[0] as number) + (bests[1] as number)) / 2, 12);
    }
    const seeds = [0, 1].map(
      (execution) =>
        JSON.parse(
          readFileSync(at("search", "trials", "0000", `execution-${execution}`, "recipe.json"), "utf8"),
        ).seed,
    );
    expect(seeds).toEqual([3, 4]);
    expect(JSON.parse(await readFile(at("best.json"), "utf8"))).toEqual(recipe);
    expect(recipe).toMatchObject({
      name: "tiny-tuned",
      epochs: 3,
      seed: 3,
      parameters: { hidden: [{ units: best?.values.units }] },
      optimizer: { name: best?.values.optimizer },
    });
    expect(await readFile(at("search.html"), "utf8")).toContain("What the search tried");

    const trained = await start(
      "train",
      "best.json",
      "--out",
      "run",
      "--export",
      "--device",
      "cpu",
      "--json",
    );
    expect(trained.exitCode).toBe(0);
    expect(JSON.parse(trained.stdout)).toMatchObject({ recipe, last: { epoch: 3 } });
    const summary = JSON.parse((await start("summary", "run", "--json")).stdout);
    const units = best?.values.units as number;
    expect(summary.parameters.total).toBe(784 * units + units + units * 10 + 10);
    // The card inside of the ONNX file carries the parameters.
    expect((await readFile(at("run", "model.onnx"))).includes(`"hidden":[{"units":${units}`)).toBe(true);
  }, 300_000);

  it("goes on with more trials, runs nothing again, and says what it is not to be asked", async () => {
    const modified = () => readFileSync(at("search", "trials", "0000", "execution-0", "log.jsonl"), "utf8");
    const before = modified();
    const again = await start("tune", "tuning.json", "--out", "search");
    expect(again).toMatchObject({ exitCode: 2, stderr: expect.stringContaining("E_JOURNAL_EXISTS") });
    const more = await start("tune", "tuning.json", "--out", "search", "--resume", "--trials", "3");
    expect(more).toMatchObject({ exitCode: 0, stdout: expect.stringContaining("Showing 10 best trials") });
    expect(more.stdout).toContain('Objective(name="valAccuracy", direction="max")');
    expect(more.stderr.match(/of 3 {2}trial/g)).toHaveLength(1);
    expect(readdirSync(at("search", "trials"))).toEqual(["0000", "0001", "0002"]);
    expect(modified()).toBe(before);
    const other = await start("tune", "tuning.json", "--out", "search", "--resume", "--seed", "7");
    expect(other).toMatchObject({
      exitCode: 2,
      stderr: expect.stringMatching(/E_JOURNAL_MISMATCH.*seed: 42 then, 7 now/),
    });
  }, 300_000);

  it("interrupted by Ctrl-C ends with 130, leaves no process and goes on", async () => {
    const args = ["tune", "tuning.json", "--out", "stopped", "--set", "epochs=150", "--executions", "1"];
    const searching = start(...args);
    const log = at("stopped", "trials", "0000", "execution-0", "log.jsonl");
    while (searching.exitCode === null && !(existsSync(log) && readFileSync(log, "utf8")))
      await setTimeout(20);
    searching.kill("SIGINT");
    const { exitCode, stderr } = await searching;
    expect({ exitCode, stderr }).toMatchObject({
      exitCode: 130,
      stderr: expect.stringContaining("E_INTERRUPTED"),
    });
    expect(readdirSync(at("stopped"))).not.toContain("tuner.lock");
    expect(readdirSync(at("stopped", "trials", "0000", "execution-0"))).not.toContain("run.lock");
    const epochs = readFileSync(log, "utf8").trim().split("\n").length;
    expect(epochs).toBeLessThan(150);
    const rest = await start(...args, "--resume", "--json");
    expect(rest.exitCode).toBe(0);
    const lines = readFileSync(log, "utf8").trim().split("\n");
    // It went on in the middle: the epochs that were done are there once.
    expect(lines.map((line) => JSON.parse(line).epoch)).toEqual(Array.from({ length: 150 }, (_, i) => i + 1));
  }, 300_000);

  it.each<[string, string[], RegExp]>([
    ["a data set that is not there", ["tuning.json", "--set", "dataset=emnist"], /E_DATASET_UNKNOWN/],
    ["a recipe file without a space", [join(models, "mlp", "recipe.json")], /E_SPACE_MISSING/],
    [
      "an objective that no epoch logs",
      ["tuning.json", "--objective", "val_f1", "--set", "validationSplit=0"],
      /E_OBJECTIVE/,
    ],
  ])("refuses %s with 2, before anything is trained", async (_, args, said) => {
    const { exitCode, stderr, stdout } = await start("tune", ...args);
    expect({ exitCode, stderr, stdout }).toMatchObject({ exitCode: 2, stderr: expect.stringMatching(said) });
    expect(existsSync(at("runs"))).toBe(false);
  });

  it("reads study D's search: its space, ten trials of two executions", async () => {
    const { exitCode, stderr } = await start("tune", join(models, "mlp-tuned"), "--resume", "--out", "none");
    // The search itself takes long; that it is accepted is told by what is missing.
    expect({ exitCode, stderr }).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining("E_NOTHING_TO_RESUME"),
    });
  });
});
