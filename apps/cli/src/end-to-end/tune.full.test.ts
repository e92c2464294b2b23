/** @needs tensorflow */

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { setTimeout } from "node:timers/promises";
import { recipeSchema } from "@congruent/core/schemas";
import { timeLimits } from "@congruent/core/testing";
import { loadDataset, partition } from "@congruent/datasets";
import { loadTensorFlow } from "@congruent/toolchain";
import { getBestModels, openSearch, searchOfTuning } from "@congruent/tuner";
import { afterAll, beforeAll, describe, expect, it, jest } from "@jest/globals";
import { tinySearch, tinyTuning } from "../testing/tiny-search.js";

jest.setTimeout(timeLimits.training);

let tiny: Awaited<ReturnType<typeof tinySearch>>;
beforeAll(async () => {
  tiny = await tinySearch();
});
afterAll(() => tiny.remove());

const epochsOf = (log: string) =>
  readFileSync(log, "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line).epoch as number);

describe("congruent tune", () => {
  it("leaves a recipe that trains, exports and is summarized like any other, and models that score what they scored", async () => {
    const found = await tiny.start(
      ...["tune", "tuning.json", "--out", "search", "--json", "--write-recipe", "best.json"],
    );
    expect(found.exitCode).toBe(0);
    const { recipe } = JSON.parse(found.stdout);
    const { units } = recipe.parameters.hidden[0];
    const args = ["train", "best.json", "--out", "run", "--export", "--device", "cpu", "--json"];
    const trained = await tiny.start(...args);
    expect(trained.exitCode).toBe(0);
    expect(JSON.parse(trained.stdout)).toMatchObject({ recipe, last: { epoch: 3 } });
    for (const what of ["run", "best.json"]) {
      const summary = JSON.parse((await tiny.start("summary", what, "--json")).stdout);
      expect(summary.parameters.total).toBe(784 * units + units + units * 10 + 10);
    }
    // The card inside of the ONNX file carries the parameters.
    expect((await readFile(tiny.at("run", "model.onnx"))).includes(`"hidden":[{"units":${units}`)).toBe(true);

    const search = await openSearch({
      ...searchOfTuning(tinyTuning),
      directory: tiny.at("search"),
      resume: true,
    });
    const tf = await loadTensorFlow({ device: "cpu" });
    const [model] = await getBestModels(tf, search);
    const [best] = search.getBestTrials();
    const top = Math.max(
      ...(best?.executions ?? []).flatMap(({ outcome, bestEpoch }) =>
        outcome.status === "completed" ? (outcome.logs[(bestEpoch ?? 0) - 1]?.valAccuracy ?? []) : [],
      ),
    );
    const { validation } = partition(await loadDataset("mnist"), recipeSchema.parse(recipe));
    const pixels = tf.tensor(Float32Array.from(validation.images.data), [...validation.images.dims]);
    const probabilities = model?.predict(pixels) as ReturnType<typeof tf.tensor>;
    const guessed = probabilities.argMax(-1).dataSync();
    const right = [...guessed].filter((label, i) => label === validation.labels[i]).length;
    expect(right / guessed.length).toBeCloseTo(top, 6);
    await search.close();
  }, 600_000);

  it.each(["SIGINT", "SIGKILL"] as const)(
    "ended by %s resumes in the middle of a training",
    async (signal) => {
      const args = ["tune", "tuning.json", "--out", signal, "--set", "epochs=150", "--executions", "1"];
      const searching = tiny.start(...args);
      const run = tiny.at(signal, "trials", "0000", "execution-0");
      const log = `${run}/log.jsonl`;
      while (searching.exitCode === null && !(existsSync(log) && readFileSync(log, "utf8")))
        await setTimeout(20);
      searching.kill(signal);
      const { exitCode, stderr } = await searching;
      if (signal === "SIGINT") {
        expect({ exitCode, stderr }).toMatchObject({
          exitCode: 130,
          stderr: expect.stringContaining("E_INTERRUPTED"),
        });
        expect(readdirSync(tiny.at(signal))).not.toContain("tuner.lock");
        expect(readdirSync(run)).not.toContain("run.lock");
      }
      const rest = await tiny.start(...args, "--resume", "--json");
      expect({ exitCode: rest.exitCode, stderr: rest.stderr }).toMatchObject({ exitCode: 0 });
      // The epochs that were done before are there once.
      expect(epochsOf(log)).toEqual(Array.from({ length: 150 }, (_, i) => i + 1));
      const { results } = JSON.parse(rest.stdout);
      expect(results.trials).toMatchObject([{ status: "completed", executions: [{ attempt: 0 }] }]);
    },
    600_000,
  );
});
