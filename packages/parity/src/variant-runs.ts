/** The runs of the runtimes, each within its time. */
import { stripVTControlCharacters } from "node:util";
import { CongruentError, messageOf, runtimeId, usesWebgpu } from "@congruent/core";
import type { Run } from "./cell-of.js";
import { declaredOutputs } from "./declared-outputs.js";
import { machineLimit } from "./machine-limit.js";
import type { MatrixOptions, ParityProgress } from "./matrix-options.js";
import { runOnMachine } from "./run-on-machine.js";
import { type Runner, type RunnerJob, type RunnerVariant, sampleCount } from "./runner.js";
import { SharedTime } from "./shared-time.js";

/** A witness that ran the graph as it is in the file. */
export const PLAIN: RunnerVariant = { name: "optimization disabled", job: { optimization: "disabled" } };

/** The runtime as it is. */
const DEFAULT: RunnerVariant = { name: null, job: {} };

/** In the order of the runners, each with its variants. */
export async function runAll(runners: readonly Runner[], options: MatrixOptions): Promise<Run[]> {
  const { budget } = options;
  const others = runners.filter(({ isReference }) => !isReference);
  const variantsOf = ({ variants = [] }: Runner) => (options.variants ? variants : []);
  const count = others.reduce((sum, runner) => sum + 1 + variantsOf(runner).length, 0);
  const time = budget.othersMs === null ? null : new SharedTime(budget.othersMs, count);
  const found = new Map<Runner, Run[]>();
  const ending = new AbortController();
  const { signal } = ending;
  const runOf = async (runner: Runner) => {
    const runs: Run[] = [];
    found.set(runner, runs);
    const all = [{ ...DEFAULT, name: runner.named ?? null }, ...variantsOf(runner)];
    for (const [index, variant] of all.entries()) {
      const budgetMs = runner.isReference ? budget.referenceMs : (time?.next() ?? null);
      const run = await runTold(runner, variant, options, { budgetMs: budgetMs ?? undefined, signal });
      runs.push(run);
      // A runtime that is unavailable is so in every variant.
      if (run.failure?.status !== "unavailable" || run.code === "E_TIMEOUT") continue;
      time?.skip(all.length - index - 1);
      break;
    }
  };
  const beside = Promise.all(runners.filter(({ isReference }) => isReference).map(runOf));
  try {
    // Those that may be slow come last: they have what the others left over.
    const quickFirst = (a: Runner, b: Runner) =>
      Number(usesWebgpu(a.runtime)) - Number(usesWebgpu(b.runtime));
    for (const runner of others.toSorted(quickFirst)) await runOf(runner);
  } catch (error) {
    ending.abort();
    throw error;
  } finally {
    await Promise.allSettled([beside]);
  }
  await beside;
  return runners.flatMap((runner) => found.get(runner) ?? []);
}

export function variantOf(runner: Runner, name: string | null): RunnerVariant {
  if (name === PLAIN.name) return PLAIN;
  return runner.variants?.find((variant) => variant.name === name) ?? DEFAULT;
}

type Limits = Pick<RunnerJob, "budgetMs" | "signal">;

export async function runTold(
  runner: Runner,
  variant: RunnerVariant,
  options: MatrixOptions,
  limits: Limits,
): Promise<Run> {
  const tell = (state: ParityProgress["state"], done?: ParityProgress["done"]) =>
    options.onProgress({ runtime: runtimeId(runner), variant: variant.name, state, ...(done && { done }) });
  tell("started");
  // Whose samples were named runs them all.
  const named = options.samples[runtimeId(runner)] !== undefined;
  const { budgetMs = undefined } = named ? {} : limits;
  const run = await runOne(runner, variant, {
    ...options,
    job: { ...options.job, ...limits, budgetMs, onDone: (done) => tell("running", done) },
  });
  tell("finished");
  return run;
}

async function runOne(
  runner: Runner,
  variant: RunnerVariant,
  { job, samples, required, outputNames }: MatrixOptions,
): Promise<Run> {
  const runtime = runtimeId(runner);
  const known = { runner, variant: variant.name };
  try {
    const told = { ...job, cap: samples[runtime] ?? null, ...variant.job };
    const { result, note } = await runOnMachine(runner, told);
    const outputs = declaredOutputs(result.outputs, outputNames);
    return { ...known, result: { ...result, outputs }, failure: null, code: null, note };
  } catch (error) {
    const coded = error instanceof CongruentError ? error : null;
    const absent = coded?.exit === 3;
    if (absent && required.includes(runtime)) throw coded;
    const said = stripVTControlCharacters(coded ? coded.what : messageOf(error));
    const limit = machineLimit(error);
    const { budgetMs } = job;
    const late = coded?.code === "E_TIMEOUT" && budgetMs !== undefined;
    // What the reference cannot compute, or anyone not in the time of those who wait, says nothing of the model.
    const status = absent || limit || late || runner.isReference ? "unavailable" : "error";
    const reason = limit && limit.why !== said ? `${limit.why}: ${said}` : said;
    const cut = late ? { of: sampleCount(job.inputs, job.batching), seconds: budgetMs / 1000 } : null;
    const failure = { status, reason, fix: limit?.fix ?? coded?.fix ?? null, cut } as const;
    return { ...known, result: null, failure, code: coded?.code ?? null };
  }
}
