/** @needs tensorflow */

import { existsSync, readFileSync } from "node:fs";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { sha256 } from "@congruent/core/files";
import { itIf, timeLimits } from "@congruent/core/testing";
import { beforeAll, describe, expect, it, jest } from "@jest/globals";
import { execa } from "execa";
import { bin } from "../testing/bin.js";
import { commandLine } from "../testing/command-line.js";

jest.setTimeout(timeLimits.training);

const recipe = fileURLToPath(new URL("../../../../models/lenet/recipe.json", import.meta.url));
const pressCtrlC = fileURLToPath(new URL("../testing/press-ctrl-c.py", import.meta.url));
const foreground = fileURLToPath(new URL("../../../../scripts/test/run-in-foreground.mjs", import.meta.url));
const onPosix = itIf(process.platform !== "win32", "Windows has no terminals of this kind");
/** 100 images of each class, six epochs. */
const SUBSET = JSON.stringify({ labelCounts: Array(10).fill(100), seed: 1 });
const SMALL = ["--set", `subset=${SUBSET}`, "--epochs", "6"];

const cli = commandLine();
const { at } = cli;
/** As on a machine of so many cores. */
const on = (cores: number, ...args: string[]) =>
  cli.start(args, { env: { TF_NUM_INTRAOP_THREADS: String(cores) } });
const start = (...args: string[]) => on(availableParallelism(), ...args);
const weights = async (run: string) => sha256(await readFile(at(run, "layers", "weights.bin")));

beforeAll(async () => {
  await start("train", recipe, ...SMALL, "--out", "whole");
}, 600_000);

/** Until the first epoch is written down, or the process has ended. */
async function firstEpoch(training: ReturnType<typeof start>, log: string): Promise<void> {
  const written = () => existsSync(log) && readFileSync(log, "utf8") !== "";
  while (training.exitCode === null && !written()) await setTimeout(20);
}

describe("congruent train, interrupted", () => {
  it("writes a checkpoint on Ctrl-C, and --resume ends with the weights of an uninterrupted run", async () => {
    const training = start("train", recipe, ...SMALL, "--out", "run");
    await firstEpoch(training, at("run", "log.jsonl"));
    training.kill("SIGINT");
    const { exitCode, stderr, stdout } = await training;
    expect({ exitCode, stderr, stdout }).toMatchObject({
      exitCode: 130,
      stderr: expect.stringContaining("error E_INTERRUPTED:"),
      stdout: "",
    });
    expect(stderr).toContain("--resume");
    expect(await readdir(at("run"))).not.toContain("run.lock");

    const rest = await start("train", recipe, ...SMALL, "--out", "run", "--resume", "--json");
    expect(rest).toMatchObject({ exitCode: 0, stderr: expect.stringContaining("resumes in epoch") });
    expect(JSON.parse(rest.stdout)).toMatchObject({ run: "run", last: { epoch: 6 } });

    expect(await weights("run")).toBe(await weights("whole"));
  }, 600_000);

  onPosix(
    "ends with a checkpoint where Ctrl-C reaches it more than once, as under npm start",
    async () => {
      // npm and the script below it send on what the terminal has sent to the training already.
      const manifest = { name: "started", private: true, scripts: { start: `node ${foreground}` } };
      await writeFile(at("package.json"), JSON.stringify(manifest));
      const args = [...bin, "train", recipe, ...SMALL, "--out", "pressed"];
      const npm = ["npm", "start", "--", ...args];
      const { stdout } = await execa("python3", [pressCtrlC, "epoch 1/6", ...npm], {
        cwd: at(),
        reject: false,
        env: { TF_NUM_INTRAOP_THREADS: String(availableParallelism()) },
      });
      expect(stdout).toContain("it is saved in a checkpoint");
      expect(await readdir(at("pressed"))).not.toContain("layers");
      const rest = await start("train", recipe, ...SMALL, "--out", "pressed", "--resume");
      expect(rest).toMatchObject({ exitCode: 0, stderr: expect.stringContaining("resumes in epoch") });
      expect(await weights("pressed")).toBe(await weights("whole"));
    },
    600_000,
  );

  it("notes that it computed half a batch on each core, and divides it again when it resumes", async () => {
    const training = on(2, "train", recipe, ...SMALL, "--out", "halves");
    await firstEpoch(training, at("halves", "log.jsonl"));
    training.kill("SIGINT");
    expect((await training).exitCode).toBe(130);
    // By itself this one would divide nothing.
    await on(1, "train", recipe, ...SMALL, "--out", "halves", "--resume");
    const environment = JSON.parse(await readFile(at("halves", "environment.json"), "utf8"));
    expect(environment).toMatchObject({ batchParts: 2, threads: 1 });
  }, 600_000);

  it("resumes nothing else, and nothing that is finished", async () => {
    expect((await start("train", recipe, ...SMALL, "--out", "run")).stderr).toContain("--resume");

    const other = await start("train", recipe, ...SMALL, "--seed", "7", "--out", "run", "--resume");
    expect(other).toMatchObject({
      exitCode: 2,
      stderr: expect.stringMatching(/error E_CHECKPOINT_MISMATCH: .*seed: 42 then, 7 now/),
    });

    const again = await start("train", recipe, ...SMALL, "--out", "run", "--resume");
    expect(again).toMatchObject({
      exitCode: 0,
      stderr: expect.stringContaining("run is finished: 6 epochs"),
    });
  }, 600_000);

  it("with --overwrite resumes what was interrupted, and begins again in place of all else", async () => {
    const again = ["--out", "task", "--resume", "--overwrite"];
    const training = start("train", recipe, ...SMALL, ...again);
    await firstEpoch(training, at("task", "log.jsonl"));
    training.kill("SIGINT");
    expect((await training).exitCode).toBe(130);
    const rest = await start("train", recipe, ...SMALL, ...again);
    expect(rest).toMatchObject({ exitCode: 0, stderr: expect.stringContaining("resumes in epoch") });
    expect(await weights("task")).toBe(await weights("whole"));

    for (const seed of [[], ["--seed", "7"]]) {
      const fresh = await start("train", recipe, ...SMALL, ...seed, ...again);
      expect(fresh.exitCode).toBe(0);
      expect(fresh.stderr).not.toMatch(/resumes|is finished/);
    }
    expect(await weights("task")).not.toBe(await weights("whole"));
  }, 600_000);

  it("finds the newest run of the recipe by itself, and says where there is none", async () => {
    expect(await start("train", recipe, "--resume")).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining("error E_NOTHING_TO_RESUME:"),
    });
    const training = start("train", recipe, ...SMALL);
    const runs = at("runs");
    const begun = async () => existsSync(runs) && (await readdir(runs)).length > 0;
    while (training.exitCode === null && !(await begun())) await setTimeout(20);
    const [run = ""] = await readdir(runs);
    await firstEpoch(training, join(runs, run, "log.jsonl"));
    training.kill("SIGKILL");
    await training;
    const rest = await start("train", recipe, ...SMALL, "--resume");
    expect(rest).toMatchObject({ exitCode: 0, stdout: expect.stringContaining(join("runs", run)) });
    expect(await weights(join("runs", run))).toBe(await weights("whole"));
  }, 600_000);
});
