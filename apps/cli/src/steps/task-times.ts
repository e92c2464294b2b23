import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { readJson } from "@congruent/core/files";
import { z } from "zod";
import { durationText } from "../output/duration.js";

/** What a stage of the pipeline took. */
export interface StageTime {
  /** `set-up`, or the task's name, with the model's before it where there are several. */
  stage: string;
  seconds: number;
  /** Not done again: its result was there. */
  cached: boolean;
}

/** The part of turbo's `--summarize` that is read. */
const summarySchema = z.object({
  tasks: z.array(
    z.object({
      task: z.string(),
      package: z.string(),
      cache: z.object({ status: z.string() }),
      execution: z.object({ startTime: z.number(), endTime: z.number() }).nullish(),
    }),
  ),
});

const PACKAGE = /^@congruent\/model-/;

/**
 * What each task of a turbo run took, in the order of their starts.
 *
 * @param summary what turbo's `--summarize` has written
 */
export function taskTimes(summary: unknown): StageTime[] {
  const tasks = summarySchema
    .parse(summary)
    .tasks.flatMap(({ execution, ...task }) =>
      execution && PACKAGE.test(task.package) ? [{ ...task, ...execution }] : [],
    );
  const several = new Set(tasks.map((task) => task.package)).size > 1;
  return tasks
    .sort((a, b) => a.startTime - b.startTime)
    .map((task) => ({
      stage: several ? `${task.package.replace(PACKAGE, "")} ${task.task}` : task.task,
      seconds: (task.endTime - task.startTime) / 1000,
      cached: task.cache.status === "HIT",
    }));
}

/** Reads what turbo has written since a call before it started, and removes it: turbo keeps every run's. */
export async function summariesIn(home: string): Promise<() => Promise<StageTime[]>> {
  const folder = join(home, ".turbo", "runs");
  const names = async () => await readdir(folder).catch(() => [] as string[]);
  const before = new Set(await names());
  return async () => {
    const times: StageTime[] = [];
    for (const name of (await names()).filter((each) => each.endsWith(".json") && !before.has(each))) {
      times.push(...taskTimes(await readJson(join(folder, name), z.unknown())));
      await rm(join(folder, name), { force: true });
    }
    return times;
  };
}

/**
 * Where the time went, in one line.
 *
 * @example
 * ```ts
 * timesText([{ stage: "train", seconds: 100, cached: false }, { stage: "export", seconds: 0.2, cached: true }]);
 * // => "time: train 1 min 40 s · export as before"
 * ```
 */
export function timesText(times: readonly StageTime[]): string {
  const parts = times.map(({ stage, seconds, cached }) =>
    cached ? `${stage} as before` : `${stage} ${durationText(seconds)}`,
  );
  return `time: ${parts.join(" · ")}`;
}
