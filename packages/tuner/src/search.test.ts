import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { HyperparameterValues, TrialJob } from "@congruent/core/schemas";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import {
  type Executor,
  functionExecutor,
  type HyperParameters,
  type OpenSearchOptions,
  openSearch,
  type SearchCallback,
} from "./index.js";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "congruent-search-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const build = (hp: HyperParameters) => ({
  units: hp.int("units", { min: 32, max: 128, step: 32 }),
  rate: hp.float("rate", { min: 0.1, max: 0.3, step: 0.1 }),
});
const open = (options: object = {}) =>
  openSearch({
    directory: join(folder, "search"),
    name: "test",
    objective: { name: "score", direction: "max" },
    maxTrials: 4,
    build,
    ...options,
  } as OpenSearchOptions);

describe("a search", () => {
  it("scores a trial by the mean over its executions of the best epoch, as Keras Tuner", async () => {
    const search = await open({ executionsPerTrial: 2, sampler: "grid" });
    const jobs: TrialJob[] = [];
    const results = await search.run({
      executor: functionExecutor((job) => {
        jobs.push(job);
        const top = Number(job.values.units) + job.execution;
        return [
          { score: 1, loss: 9 },
          { score: top, loss: job.execution },
          { score: top - 1, loss: 7 },
        ];
      }),
    });
    await search.close();
    expect(results.trials[0]).toMatchObject({
      id: 0,
      status: "completed",
      values: { units: 32, rate: 0.1 },
      score: 32.5,
      metrics: { score: 32.5, loss: 0.5 },
      executions: [{ bestEpoch: 2 }, { bestEpoch: 2 }],
    });
    expect(jobs.slice(0, 3)).toMatchObject([
      { trial: 0, execution: 0, repeat: 0, directory: "trials/0000/execution-0", payload: { units: 32 } },
      { trial: 0, execution: 1, repeat: 1, directory: "trials/0000/execution-1" },
      { trial: 1, execution: 0, values: { rate: 0.2 } },
    ]);
    expect(results.ended).toBe("all 4 trials were made");
    // Of equal scores the earlier comes first.
    expect(results.ranking).toEqual([3, 0, 1, 2]);
  });

  it("tells its space and its best trials in Keras Tuner's words", async () => {
    const search = await open({ sampler: "grid" });
    await search.run({ executor: functionExecutor(({ values }) => Number(values.units)) });
    expect(search.searchSpaceSummary()).toBe(
      [
        "Search space summary",
        "Default search space size: 2",
        "units (Int)",
        '{min: 32, max: 128, step: 32, sampling: "linear"}',
        "rate (Float)",
        '{min: 0.1, max: 0.3, step: 0.1, sampling: "linear"}',
      ].join("\n"),
    );
    expect(search.resultsSummary(1)).toBe(
      [
        "Results summary",
        `Results in ${join(folder, "search")}`,
        "Showing 1 best trials",
        'Objective(name="score", direction="max")',
        "",
        "Trial 0003 summary",
        "Hyperparameters:",
        "units: 64",
        "rate: 0.1",
        "Score: 64",
      ].join("\n"),
    );
    expect(search.getBestHyperparameters(2)).toEqual([
      { units: 64, rate: 0.1 },
      { units: 32, rate: 0.1 },
    ]);
    expect(search.getBestPayloads()).toEqual([{ units: 64, rate: 0.1 }]);
    await search.close();
  });

  it("runs as many at once as asked, and never more", async () => {
    let [now, most] = [0, 0];
    let allThere: () => void = () => undefined;
    const three = new Promise<void>((done) => {
      allThere = done;
    });
    const search = await open({ maxTrials: 8 });
    const { trials } = await search.run({
      parallel: 3,
      executor: functionExecutor(async () => {
        now += 1;
        most = Math.max(most, now);
        if (now === 3) allThere();
        await three;
        await new Promise((done) => setTimeout(done, 5));
        now -= 1;
        return 1;
      }),
    });
    await search.close();
    expect(most).toBe(3);
    expect(trials.every(({ status }) => status === "completed")).toBe(true);
  });

  it("waits for what runs, asked to end, where the next trial cannot be begun", async () => {
    const search = await open();
    const onExecutionBegin = ({ trial }: TrialJob) => {
      if (trial === 1) throw new Error("the second trial has no place to run");
    };
    let ended = 0;
    const executor: Executor = {
      async run(_, { signal }) {
        await new Promise<void>((done) => {
          const end = () => setTimeout(done, 20);
          if (signal.aborted) end();
          else signal.addEventListener("abort", end);
        });
        ended += 1;
        return { status: "failed", error: { code: "E_TEST", what: "cut short", fix: null }, seconds: 0 };
      },
    };
    const searching = search.run({ parallel: 2, executor, callbacks: [{ onExecutionBegin }] });
    await expect(searching).rejects.toThrow("the second trial has no place to run");
    expect(ended).toBe(1);
    await search.close();
  });

  it("tries a failed execution again with another repeat; a trial that keeps failing is failed, and the search continues", async () => {
    const told: [number, string, number | null][] = [];
    const callback: SearchCallback = {
      onTrialEnd: ({ id, status }, best) => void told.push([id, status, best?.id ?? null]),
    };
    const repeats: number[] = [];
    const search = await open({ maxRetriesPerTrial: 2, executionsPerTrial: 2, sampler: "grid" });
    const { trials } = await search.run({
      callbacks: [callback],
      executor: functionExecutor(({ trial, execution, attempt, repeat, directory }) => {
        if (trial === 0 && execution === 1) repeats.push(repeat);
        if (trial === 0 && execution === 1 && attempt < 2) throw new Error(`unlucky in ${directory}`);
        if (trial === 1) throw new Error("JavaScript heap out of memory");
        return 1;
      }),
    });
    await search.close();
    expect(repeats).toEqual([1, 3, 5]);
    expect(
      trials[0]?.executions.map(({ execution, attempt, directory }) => [execution, attempt, directory]),
    ).toEqual([
      [0, 0, "trials/0000/execution-0"],
      [1, 0, "trials/0000/execution-1"],
      [1, 1, "trials/0000/execution-1-retry-1"],
      [1, 2, "trials/0000/execution-1-retry-2"],
    ]);
    expect(trials[1]).toMatchObject({ status: "failed", score: null, error: { code: "E_TRIAL_MEMORY" } });
    expect(told).toEqual([
      [0, "completed", 0],
      [1, "failed", 0],
      [2, "completed", 0],
      [3, "completed", 0],
    ]);
  });

  it("ends after three failed trials in a row, as Keras Tuner; nothing is lost, and it can be resumed", async () => {
    const search = await open({ maxTrials: 9 });
    const failing = functionExecutor(({ trial }) => {
      if (trial > 0) throw new Error("no");
      return 1;
    });
    await expect(search.run({ executor: failing })).rejects.toMatchObject({
      code: "E_TUNING_FAILED",
      what: expect.stringMatching(/3 trials in a row failed; the last, trial 3: E_TRIAL_FAILED: no/),
    });
    await search.close();
    const again = await open({ maxTrials: 9, resume: true });
    const ran: number[] = [];
    const executor = functionExecutor(({ trial }) => ran.push(trial));
    const { trials } = await again.run({ executor });
    await again.close();
    expect(ran).toEqual([4, 5, 6, 7, 8]);
    expect(trials.map(({ status }) => status)).toEqual([
      "completed",
      ...Array(3).fill("failed"),
      ...Array(5).fill("completed"),
    ]);
  });

  it("fails a trial whose objective is never finite; NaN in an epoch or in another field does no harm", async () => {
    const search = await open({ sampler: "grid" });
    const { trials } = await search.run({
      executor: functionExecutor(({ trial }) =>
        trial === 0
          ? [{ score: Number.NaN }]
          : [
              { score: Number.NaN, loss: 1 },
              { score: 0.5, loss: Number.POSITIVE_INFINITY },
            ],
      ),
    });
    await search.close();
    expect(trials[0]).toMatchObject({ status: "failed", error: { code: "E_OBJECTIVE_NOT_FINITE" } });
    expect(trials[1]).toMatchObject({ status: "completed", score: 0.5, executions: [{ bestEpoch: 2 }] });
    const again = await open({ sampler: "grid", resume: true });
    expect(again.trials).toEqual(trials);
    await again.close();
  });

  it("fails a trial for whose values nothing can be built, and continues", async () => {
    const search = await open({
      sampler: "grid",
      build: undefined,
      space: [{ type: "int", name: "units", min: 1, max: 4 }],
      payload: ({ units }: HyperparameterValues) => {
        if (units === 3) throw new Error("three units do not fit");
        return { units };
      },
    });
    const { trials } = await search.run({ executor: functionExecutor(() => 1) });
    await search.close();
    expect(trials.map(({ status }) => status)).toEqual(["completed", "completed", "failed", "completed"]);
    expect(trials[2]?.error).toMatchObject({ code: "E_TRIAL_FAILED", what: "three units do not fit" });
  });

  it("ends with what a callback throws, also one of an epoch, after what runs was asked to end", async () => {
    const search = await open();
    const executor: Executor = {
      async run(_job, { onEpoch }) {
        onEpoch?.({ score: 1 });
        return { status: "completed", logs: [{ score: 1 }], seconds: 0 };
      },
    };
    const onEpochEnd = () => {
      throw new Error("no room for a line");
    };
    await expect(search.run({ executor, callbacks: [{ onEpochEnd }] })).rejects.toThrow("no room for a line");
    await search.close();
  });

  it("is another one with another engine or other data", async () => {
    await (await open({ settings: { engine: "graph", data: "a" } })).close();
    await (await open({ settings: { engine: "graph", data: "a" }, resume: true })).close();
    await expect(open({ settings: { engine: "eager", data: "a" }, resume: true })).rejects.toMatchObject({
      code: "E_JOURNAL_MISMATCH",
    });
  });

  it("ends at once with an objective that no epoch logs", async () => {
    const search = await open();
    const executor = functionExecutor(() => ({ scores: 1 }));
    await expect(search.run({ executor })).rejects.toMatchObject({
      code: "E_OBJECTIVE",
      fix: 'take "scores"',
    });
    await search.close();
    await expect(open({ directory: join(folder, "other"), logged: ["loss"] })).rejects.toMatchObject({
      code: "E_OBJECTIVE",
      expected: "one of loss",
    });
    await expect(open({ directory: join(folder, "other"), objective: "f1" })).rejects.toMatchObject({
      code: "E_OBJECTIVE_DIRECTION",
    });
  });

  it("that is interrupted asks its jobs to end, and resumes with the values that they had", async () => {
    const controller = new AbortController();
    const search = await open({ parallel: 2 });
    const executor = functionExecutor(async ({ trial }, { signal }) => {
      if (trial < 2) return 1;
      controller.abort("SIGTERM");
      await new Promise((done) => signal.addEventListener("abort", done) ?? (signal.aborted && done(0)));
      return 2;
    });
    await expect(search.run({ executor, signal: controller.signal })).rejects.toMatchObject({
      code: "E_INTERRUPTED",
      exit: 143,
      what: expect.stringContaining("after 2 finished trials"),
    });
    await search.close();
    const before = await readFile(join(folder, "search", "journal.jsonl"), "utf8");
    const again = await open();
    const ran: number[] = [];
    const { trials } = await again.run({ executor: functionExecutor(({ trial }) => ran.push(trial)) });
    await again.close();
    expect(ran).toEqual([2, 3]);
    const line = before.split("\n").find((text) => text.includes('"kind":"trial","trial":2'));
    expect(JSON.parse(line as string).values).toEqual(trials[2]?.values);
  });

  it("runs longer when its limit is raised, with the trials that it would have had", async () => {
    const executor = functionExecutor(({ values }) => Number(values.units));
    const whole = await open({ directory: join(folder, "whole"), maxTrials: 6 });
    const expected = await whole.run({ executor });
    await whole.close();
    const first = await open();
    await first.run({ executor });
    await first.close();
    const second = await open({ maxTrials: 6 });
    const found = await second.run({ executor });
    await second.close();
    expect(found.trials.map(({ values, score }) => [values, score])).toEqual(
      expected.trials.map(({ values, score }) => [values, score]),
    );
  });
});
