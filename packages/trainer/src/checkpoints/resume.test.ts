/** @needs tensorflow */

import { cp, mkdtemp, readdir, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CongruentError } from "@congruent/core";
import { readBytes, sha256 } from "@congruent/core/files";
import { type Recipe, recipeSchema } from "@congruent/core/schemas";
import { timeLimits } from "@congruent/core/testing";
import { runPaths } from "@congruent/run";
import { afterAll, beforeAll, describe, expect, it, jest } from "@jest/globals";
import { type TrainOptions, train } from "../index.js";
import { delicateRecipe, striped } from "../testing/striped.js";
import { decodeCheckpoint, encodeCheckpoint, type TrainingIdentity } from "./checkpoint.js";
import { newestCheckpoint, saveCheckpoint } from "./store.js";

jest.setTimeout(timeLimits.training);

const dataset = striped(240);
/** Short, with a rate that changes in every step. */
const recipe: Recipe = recipeSchema.parse({
  ...delicateRecipe,
  schedule: { name: "oneCycle" },
  callbacks: [{ name: "earlyStopping", patience: 50, restoreBestWeights: true }],
  epochs: 5,
});

let folder: string;
let expected: string;
let copies = 0;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "congruent-resume-"));
  await train({ recipe, dataset, out: join(folder, "whole") });
  expected = await hash(join(folder, "whole"));
  await interrupted(join(folder, "half"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const hash = async (out: string) => sha256(await readFile(join(runPaths(out).layers, "weights.bin")));

/** A training that was asked to end in its third epoch. */
async function interrupted(out: string, options: Partial<TrainOptions> = {}): Promise<void> {
  const controller = new AbortController();
  const stop = { onEpochBegin: (epoch: number) => void (epoch === 3 && controller.abort("SIGINT")) };
  const asked = train({ recipe, dataset, out, signal: controller.signal, callbacks: [stop], ...options });
  await expect(asked).rejects.toMatchObject({
    code: "E_INTERRUPTED",
    exit: 130,
    fix: expect.stringContaining("--resume"),
  });
}

/** A run directory of its own, interrupted in the third epoch. */
async function half(): Promise<string> {
  const out = join(folder, `half-${copies++}`);
  await cp(join(folder, "half"), out, { recursive: true });
  return out;
}

async function checkpointsOf(out: string): Promise<string[]> {
  const { checkpoints } = runPaths(out);
  return (await readdir(checkpoints)).sort().map((name) => join(checkpoints, name));
}

async function resumed(out: string, options: Partial<TrainOptions> = {}): Promise<string[]> {
  const notices: string[] = [];
  await train({ recipe, dataset, out, resume: true, notice: (text) => void notices.push(text), ...options });
  return notices;
}

describe("a training that was interrupted", () => {
  it("ends as if it had not been, with a schedule and the best weights to restore", async () => {
    const out = await half();
    expect((await resumed(out))[0]).toMatch(/resumes in epoch 3 after step \d/);
    expect(await hash(out)).toBe(expected);
    const lines = (await readFile(runPaths(out).log, "utf8")).trimEnd().split("\n");
    expect(lines.map((line) => JSON.parse(line).epoch)).toEqual([1, 2, 3, 4, 5]);
  });

  it("does so in the eager engine too, which it finds by itself", async () => {
    const [whole, out] = [join(folder, "eager-whole"), join(folder, "eager-half")];
    await train({ recipe, dataset, out: whole, engine: "eager" });
    await interrupted(out, { engine: "eager" });
    await resumed(out);
    expect(await hash(out)).toBe(await hash(whole));
    expect(await hash(out)).not.toBe(expected);
  });

  it("is finished only once", async () => {
    const out = await half();
    await resumed(out);
    expect(await resumed(out)).toEqual([expect.stringContaining("is finished: 5 epochs")]);
    expect(await hash(out)).toBe(expected);
  });

  it("is resumed from its beginning where it had no checkpoint yet", async () => {
    const out = await half();
    await rm(runPaths(out).checkpoints, { recursive: true });
    expect(await resumed(out)).toEqual([expect.stringContaining("before its first checkpoint")]);
    expect(await hash(out)).toBe(expected);
  });
});

describe("a damaged checkpoint", () => {
  it.each([
    [
      "a flipped byte",
      async (path: string) => {
        const bytes = await readFile(path);
        bytes[bytes.length - 100] = (bytes[bytes.length - 100] as number) ^ 1;
        await writeFile(path, bytes);
      },
    ],
    ["a missing end", (path: string) => truncate(path, 1000)],
    ["nothing in it", (path: string) => truncate(path, 0)],
  ])("%s: the older one is used, and it is said", async (_title, damage) => {
    const out = await half();
    const newest = (await checkpointsOf(out)).at(-1) as string;
    await damage(newest);
    const [first, second] = await resumed(out);
    expect(first).toContain(newest);
    expect(first).toContain("the checkpoint before it is used");
    expect(second).toContain("resumes in epoch 3 after step 0");
    expect(await hash(out)).toBe(expected);
  });

  it("whose header does not fit the schema: the older one is used, and it is said", async () => {
    const out = await half();
    const newest = (await checkpointsOf(out)).at(-1) as string;
    const checkpoint = decodeCheckpoint(await readFile(newest), newest);
    // As JSON has no such number, null is written.
    for (const log of checkpoint.position.logs) log.valLoss = Number.NaN;
    await writeFile(newest, Buffer.concat(encodeCheckpoint(checkpoint)));
    const [first, second] = await resumed(out);
    expect(first).toMatch(/valLoss.*the checkpoint before it is used/);
    expect(second).toContain("resumes in epoch 3 after step 0");
    expect(await hash(out)).toBe(expected);
  });

  it("that cannot be read now: the older one is used, and the file is left as it is", async () => {
    const { checkpoints } = runPaths(await half());
    const before = await readdir(checkpoints);
    const newest = before.sort().at(-1) as string;
    const found = await newestCheckpoint(checkpoints, (path, code) =>
      path.endsWith(newest)
        ? Promise.reject(new CongruentError({ code: code as string, what: `could not read ${path} (EIO)` }))
        : readBytes(path, code),
    );
    expect(found?.path.endsWith(before[0] as string)).toBe(true);
    expect(found?.damaged).toMatchObject([{ why: expect.stringContaining("EIO") }]);
    expect((await readdir(checkpoints)).sort()).toEqual(before);
  });

  it("is refused where there is no other", async () => {
    const out = await half();
    for (const path of await checkpointsOf(out)) await truncate(path, 100);
    await expect(resumed(out)).rejects.toMatchObject({ code: "E_CHECKPOINT_CORRUPT" });
  });
});

describe("another training", () => {
  it.each<[string, Partial<TrainOptions>, string]>([
    ["recipe", { recipe: { ...recipe, batchSize: 24 } }, "batchSize: 48 then, 24 now"],
    ["data set", { dataset: striped(300) }, 'dataset.sha256.striped: "240" then, "300" now'],
    ["engine", { engine: "eager" }, 'engine: "graph" then, "eager" now'],
  ])("another %s is refused, and what differs is named", async (_what, options, said) => {
    const out = await half();
    const before = await checkpointsOf(out);
    await expect(resumed(out, options)).rejects.toMatchObject({
      code: "E_CHECKPOINT_MISMATCH",
      what: expect.stringContaining(said),
    });
    expect(await checkpointsOf(out)).toEqual(before);
    await resumed(out);
    expect(await hash(out)).toBe(expected);
  });

  it("another number of threads is refused; a checkpoint that does not say how many is not", async () => {
    const out = await half();
    const rewrite = async (change: (identity: TrainingIdentity) => TrainingIdentity) => {
      for (const path of await checkpointsOf(out)) {
        const { identity, ...rest } = decodeCheckpoint(await readFile(path), path);
        await writeFile(path, Buffer.concat(encodeCheckpoint({ ...rest, identity: change(identity) })));
      }
    };
    await rewrite((identity) => ({ ...identity, threads: 99 }));
    await expect(resumed(out)).rejects.toMatchObject({
      code: "E_CHECKPOINT_MISMATCH",
      what: expect.stringMatching(/threads: 99 then, \d+ now/),
    });
    await rewrite(({ threads, batchParts, tensorflow, ...earlier }) => {
      expect([threads, batchParts, tensorflow]).toEqual([99, 1, expect.stringMatching(/^\d+\.\d+/)]);
      return earlier;
    });
    await resumed(out);
    expect(await hash(out)).toBe(expected);
  });

  it("callbacks that remember other things are refused", async () => {
    const remembering = {
      name: "mine",
      state: () => ({ values: {}, weights: null }),
      restore: () => undefined,
    };
    await expect(resumed(await half(), { callbacks: [remembering] })).rejects.toMatchObject({
      code: "E_CHECKPOINT_MISMATCH",
      what: expect.stringContaining("[earlyStopping, mine]"),
    });
  });

  it("nothing to resume is an error", async () => {
    await expect(resumed(join(folder, "nowhere"))).rejects.toMatchObject({ code: "E_NOTHING_TO_RESUME" });
    expect(await readdir(folder)).not.toContain("nowhere");
  });
});

describe("what goes wrong while it trains", () => {
  it("a full disk ends the training, and the checkpoint before is kept", async () => {
    const out = await half();
    const before = await checkpointsOf(out);
    const newest = before.at(-1) as string;
    const checkpoint = decodeCheckpoint(await readFile(newest), newest);
    checkpoint.engine.step += 1;
    const full = () => Promise.reject(Object.assign(new Error("no space left"), { code: "ENOSPC" }));
    await expect(saveCheckpoint(runPaths(out).checkpoints, checkpoint, full)).rejects.toMatchObject({
      code: "E_DISK_FULL",
      what: expect.stringMatching(/step-\d+ is kept/),
      fix: expect.stringContaining("--resume"),
    });
    expect(await checkpointsOf(out)).toEqual(before);
  });

  it("a loss that is no number ends it by epoch and step, and what was good is kept", async () => {
    const out = join(folder, "diverging");
    const diverging = recipeSchema.parse({
      ...recipe,
      optimizer: { name: "sgd", learningRate: 1e-3 },
      schedule: { name: "step", stepSize: 2, gamma: 1e25 },
    });
    await expect(train({ recipe: diverging, dataset, out })).rejects.toMatchObject({
      code: expect.stringMatching(/^E_(LOSS|WEIGHTS)_NOT_FINITE$/),
      what: expect.stringMatching(/epoch \d+, step \d+/),
    });
    const kept = await checkpointsOf(out);
    expect(kept).toHaveLength(2);
    for (const path of kept) {
      const { engine } = decodeCheckpoint(await readFile(path), path);
      for (const { data } of engine.tensors) expect(data.every(Number.isFinite)).toBe(true);
    }
  });

  it("a value that no epoch logs is refused before an earlier run is replaced", async () => {
    const out = await half();
    const wrong = recipeSchema.parse({
      ...recipe,
      callbacks: [{ name: "earlyStopping", monitor: "valLos" }],
    });
    await expect(train({ recipe: wrong, dataset, out, overwrite: true })).rejects.toMatchObject({
      code: "E_MONITOR",
    });
    await resumed(out);
    expect(await hash(out)).toBe(expected);
  });
});
