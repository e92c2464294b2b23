/** Who judges, and what is run again for that. */
import { CongruentError, messageOf } from "@congruent/core";
import type { Ask } from "./beyond-samples.js";
import { pickSamples } from "./bisect/samples.js";
import type { Ran } from "./cell-of.js";
import type { Decision } from "./decision.js";
import { declaredOutputs } from "./declared-outputs.js";
import { judgeByReference } from "./judge-by-reference.js";
import { judgeByVote } from "./judge-by-vote.js";
import type { MatrixOptions } from "./matrix-options.js";
import { SharedTime } from "./shared-time.js";
import { PLAIN, runTold } from "./variant-runs.js";

/** The part of the time for runs that is added for runs with another setting, and how many of these it is meant for. */
const AGAIN = 0.25;
const AGAIN_RUNS = 3;

/** The part of the reference's time that is added for further questions to it. */
const ASKED_AGAIN = 0.25;

/** By the reference where it computed, else by the majority of independent witnesses; null where nothing else ran. */
export async function decide(
  others: readonly Ran[],
  reference: Ran | null,
  options: MatrixOptions,
): Promise<Decision | null> {
  if (others.length === 0) return null;
  const { othersMs } = options.budget;
  const time = othersMs === null ? null : new SharedTime(othersMs * AGAIN, AGAIN_RUNS);
  const runPlain = async (run: Ran): Promise<Ran | null> => {
    const limits = { budgetMs: time?.next() };
    const again = await runTold(run.runner, PLAIN, { ...options, required: [] }, limits);
    if (!again.result) return null;
    // A runner that does not tell ran as it was told.
    const optimization = again.result.optimization ?? "disabled";
    return { ...again, result: { ...again.result, optimization } };
  };
  if (!reference) return judgeByVote(others, options.rules, runPlain);
  return judgeByReference(others, reference, options.rules, {
    runPlain,
    reference: askReference(reference, options),
  });
}

/** Puts some samples before the reference: whole batches of a model that cannot be run on others. */
function askReference(reference: Ran, { job, rules, outputNames, budget }: MatrixOptions): Ask["reference"] {
  return async (samples) => {
    const { batching } = rules;
    if (batching.mode === "once") return { why: "the inputs are one run's" };
    const whole = rules.mixes || batching.mode === "fixed";
    const begin = Math.floor((samples[0] ?? 0) / batching.size) * batching.size;
    const batch = Array.from({ length: batching.size }, (_, index) => begin + index);
    const count = Object.values(job.inputs)[0]?.dims[0] ?? 0;
    const asked = whole ? batch.filter((sample) => sample < count) : [...samples];
    try {
      const inputs = pickSamples(job.inputs, asked);
      const budgetMs = budget.referenceMs === null ? undefined : budget.referenceMs * ASKED_AGAIN;
      const result = await reference.runner.run({ ...job, inputs, cap: asked.length, budgetMs });
      const outputs = declaredOutputs(result.outputs, outputNames);
      return {
        ran: { ...reference, result: { ...result, outputs } },
        samples: asked.slice(0, result.samples),
        complete: result.samples === asked.length,
      };
    } catch (error) {
      return { why: error instanceof CongruentError ? error.what : messageOf(error) };
    }
  };
}
