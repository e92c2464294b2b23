import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TrialJob } from "@congruent/core/schemas";
import { timeLimits } from "@congruent/core/testing";
import { afterAll, beforeAll, describe, expect, it, jest } from "@jest/globals";
import { openSearch } from "../search.js";
import { processExecutor } from "./process-executor.js";

jest.setTimeout(timeLimits.programs);

let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "congruent-process-"));
});
afterAll(() => rm(root, { recursive: true, force: true }));

const executor = (nodeOptions: string[] = []) =>
  processExecutor({ root, worker: new URL("../testing/behaving-worker.js", import.meta.url), nodeOptions });

const job = (how: string): TrialJob => ({
  schema: "congruent/trial-job@1",
  search: "test",
  trial: 0,
  execution: 0,
  attempt: 0,
  repeat: 3,
  values: { how },
  payload: null,
  epochs: null,
  objective: { name: "score", direction: "max" },
  directory: "trials/0000/execution-0",
});
const never = new AbortController().signal;

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

describe("a trial in a process of its own", () => {
  it("tells its epochs and what came of it", async () => {
    const epochs: unknown[] = [];
    const outcome = await executor().run(job("works"), {
      signal: never,
      onEpoch: (log) => void epochs.push(log),
    });
    expect(outcome).toEqual({
      status: "completed",
      logs: [{ score: 1 }, { score: 5 }],
      seconds: expect.any(Number),
    });
    expect(epochs).toEqual([{ score: 1 }, { score: 2 }]);
  });

  it.each<[string, string, RegExp, string[]]>([
    ["throws", "E_LOSS_NOT_FINITE", /became NaN in epoch 1/, []],
    ["segfaults", "E_TRIAL_CRASHED", /ended by SIGSEGV: something about a segment/, []],
    ["killed", "E_TRIAL_MEMORY", /ended by SIGKILL: most likely memory ran out/, []],
    ["ends", "E_TRIAL_CRASHED", /with exit code 7: reason/, []],
    ["eats", "E_TRIAL_MEMORY", /memory ran out/, ["--max-old-space-size=30"]],
  ])(
    "that %s has failed with a code, and takes nothing down with it",
    async (how, code, what, options) => {
      const outcome = await executor(options).run(job(how), { signal: never });
      expect(outcome).toMatchObject({
        status: "failed",
        error: { code, what: expect.stringMatching(what) },
      });
    },
    120_000,
  );

  it("is asked to end when the search is interrupted", async () => {
    const controller = new AbortController();
    let pid = 0;
    const outcome = await executor().run(job("waits"), {
      signal: controller.signal,
      onEpoch: ({ score = 0 }) => {
        pid = score;
        controller.abort("SIGINT");
      },
    });
    expect(outcome).toMatchObject({ status: "failed", error: { what: "asked to end" } });
    expect(isAlive(pid)).toBe(false);
  });

  it("is not to blame for a full disk: the search ends, and the trial is still to be done", async () => {
    const options = {
      directory: join(root, "full"),
      name: "full",
      objective: { name: "score", direction: "max" as const },
      sampler: "grid",
      space: [{ type: "choice" as const, name: "how", values: ["works", "fills", "waits"] }],
      payload: () => null,
    };
    const search = await openSearch(options);
    const running = search.run({ executor: executor() });
    await expect(running).rejects.toMatchObject({ code: "E_DISK_FULL", fix: "free some" });
    await search.close();
    const again = await openSearch(options);
    expect(again.trials.map(({ status }) => status)).toEqual(["completed", "running"]);
    expect(again.trials[1]?.executions).toEqual([]);
    await again.close();
  }, 120_000);

  it("fails in a search that goes on: every kind of failure is in the journal", async () => {
    const hows = ["works", "throws", "segfaults", "works too", "nan", "ends"];
    const search = await openSearch({
      directory: join(root, "search"),
      name: "failing",
      objective: { name: "score", direction: "max" },
      sampler: "grid",
      space: [{ type: "choice", name: "how", values: hows }],
      payload: () => null,
      maxConsecutiveFailedTrials: 9,
    });
    const { trials, ranking } = await search.run({ executor: executor(), parallel: 2 });
    await search.close();
    expect(trials.map(({ error }) => error?.code ?? null)).toEqual([
      null,
      "E_LOSS_NOT_FINITE",
      "E_TRIAL_CRASHED",
      "E_TRIAL_FAILED",
      "E_OBJECTIVE_NOT_FINITE",
      "E_TRIAL_CRASHED",
    ]);
    expect(ranking).toEqual([0]);
  }, 120_000);
});
