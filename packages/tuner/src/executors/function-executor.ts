import type { TrialJob, TrialLog, TrialOutcome } from "@congruent/core/schemas";
import type { Executor, RunOptions } from "./executor.js";
import { failureOf, isFault } from "./failure-of.js";

/** The objective, what was measured, or what each epoch measured. */
export type FunctionResult = number | TrialLog | readonly TrialLog[];

/**
 * Runs trials by calling a function in this process: for a model of your own, or for anything else that has a number to be
 * made small or large. What it throws fails the trial; a fault of the machine (`E_DISK_FULL` …) ends the search.
 *
 * @example
 * ```ts
 * const executor = functionExecutor(({ values }) => (values.x - 2) ** 2);
 * const job = { values: { x: 5 }, objective: { name: "loss", direction: "min" } };
 * (await executor.run(job, { signal: new AbortController().signal })).logs; // => [{ loss: 9 }]
 * ```
 */
export function functionExecutor(
  run: (job: TrialJob, options: RunOptions) => FunctionResult | Promise<FunctionResult>,
): Executor {
  return {
    async run(job, options): Promise<TrialOutcome> {
      const began = performance.now();
      const seconds = () => (performance.now() - began) / 1000;
      try {
        const result = await run(job, options);
        const logs = typeof result === "number" ? [{ [job.objective.name]: result }] : [result].flat();
        return { status: "completed", logs: logs as TrialLog[], seconds: seconds() };
      } catch (error) {
        if (isFault(error)) throw error;
        return { status: "failed", error: failureOf(error), seconds: seconds() };
      }
    },
  };
}
