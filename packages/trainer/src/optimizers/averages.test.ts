/** @needs tensorflow */

import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type EpochLog, recipeSchema } from "@congruent/core/schemas";
import { timeLimits } from "@congruent/core/testing";
import { runPaths } from "@congruent/run";
import { afterAll, beforeAll, describe, expect, it, jest } from "@jest/globals";
import type { Callback } from "../callbacks/callback.js";
import { type EngineName, engineNames, train } from "../index.js";
import { delicateRecipe, striped } from "../testing/striped.js";

jest.setTimeout(timeLimits.training);

const dataset = striped(240);
const recipe = recipeSchema.parse({
  ...delicateRecipe,
  callbacks: [{ name: "earlyStopping", monitor: "valLoss", patience: 3, restoreBestWeights: true }],
  optimizer: { name: "adam", learningRate: 0.05, ema: { momentum: 0.8 } },
  epochs: 40,
});

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "congruent-averages-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

interface Seen {
  /** As evaluated, after each epoch. */
  weights: Float32Array[][];
  /** Weights and averages that the engine holds. */
  state: Map<string, Float32Array>[];
  logs: EpochLog[];
}

async function watched(engine: EngineName, out: string, options: { ema: boolean }): Promise<Seen> {
  const seen: Seen = { weights: [], state: [], logs: [] };
  const watch: Callback = {
    onEpochEnd(log, running) {
      seen.logs.push(log);
      seen.weights.push(running.weights());
      seen.state.push(new Map(running.state().tensors.map(({ name, data }) => [name, data])));
    },
  };
  const { ema, ...plain } = recipe.optimizer;
  const optimizer = options.ema ? { ...plain, ema } : plain;
  await train({
    recipe: recipeSchema.parse({ ...recipe, optimizer }),
    dataset,
    out,
    engine,
    callbacks: [watch],
  });
  return seen;
}

const saved = async (out: string) =>
  new Float32Array(Uint8Array.from(await readFile(join(runPaths(out).layers, "weights.bin"))).buffer);
const flat = (weights: readonly Float32Array[]) => Float32Array.from(weights.flatMap((data) => [...data]));

describe.each(engineNames)("averaged weights and the best weights, %s engine", (engine) => {
  it("the averages are evaluated and saved, those of the best epoch", async () => {
    const out = join(folder, engine);
    const seen = await watched(engine, out, { ema: true });
    const last = seen.logs.at(-1)?.epoch as number;
    expect(last).toBeLessThan(recipe.epochs);
    const losses = seen.logs.map(({ valLoss }) => valLoss as number);
    const best = losses.indexOf(Math.min(...losses));
    expect(best).toBe(last - 1 - 3);
    // Bit for bit: nothing is computed between.
    expect(await saved(out)).toEqual(flat(seen.weights[best] as Float32Array[]));
    const state = seen.state[best] as Map<string, Float32Array>;
    expect(seen.weights[best]?.[0]).toEqual(state.get("average.0"));
    expect(seen.weights[best]?.[0]).not.toEqual(state.get("weight.0"));
    // Moving statistics are averages already: the sixth and seventh weight are the last two of the model's.
    expect(seen.weights[best]?.[7]).toEqual(state.get("weight.7"));
  });

  it("averaging changes what is evaluated, and nothing of what trains", async () => {
    const [averaged, plain] = [
      await watched(engine, join(folder, `${engine}-ema`), { ema: true }),
      await watched(engine, join(folder, `${engine}-plain`), { ema: false }),
    ];
    expect(averaged.state[2]?.get("weight.0")).toEqual(plain.state[2]?.get("weight.0"));
    expect(averaged.state[2]?.get("v.0")).toEqual(plain.state[2]?.get("v.0"));
    expect(averaged.logs[2]?.loss).toBe(plain.logs[2]?.loss);
    expect(averaged.logs[2]?.valLoss).not.toBe(plain.logs[2]?.valLoss);
  });
});
