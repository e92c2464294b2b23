/** From the guilty node to what makes the runtime right: session settings, tried by values. */
import { CongruentError, messageOf, runtimeDefinition } from "@congruent/core";
import type { Bisect, Cure, CureTrial, ParityCell } from "@congruent/core/schemas";
import type { ModelProto } from "@congruent/onnx";
import { ortOptions } from "@congruent/runtime";
import { latencyOf, timedJob } from "../latency.js";
import type { Runner, RunnerJob, RunnerResult } from "../runner.js";
import { type Candidate, candidatesFor, OPTIMIZERS, withoutOptimizers } from "./candidates.js";

export interface CureOptions {
  /** Wrong or broken. */
  cell: Pick<ParityCell, "samples">;
  runner: Runner;
  job: RunnerJob;
  /** The rules of the report, applied to another run of this runtime. */
  judge: (result: RunnerResult) => Pick<ParityCell, "status" | "reason">;
  bisect: Bisect;
  model: ModelProto;
}

/** Cures that are timed: the first ones, which change least. */
const TIMED = 5;

/**
 * Tries what ONNX Runtime offers, one after the other, on all samples of the comparison; those that cure are timed against the settings that
 * are wrong. Where less optimization cures, the optimizer that is at fault is searched by halving.
 *
 * @returns null for a runtime that has no such settings
 */
export async function findCure(options: CureOptions): Promise<Cure | null> {
  const { cell, runner, job, model, bisect } = options;
  const optimization = job.optimization ?? "all";
  const candidates = candidatesFor(runner, model, bisect, optimization);
  if (candidates.length === 0) return null;
  const trials: CureTrial[] = [];
  const attempt = async (candidate: Candidate): Promise<boolean> => {
    const reason = await whyNot(candidate, options);
    trials.push({ ...candidate, cures: reason === null, reason, latency: null });
    return reason === null;
  };
  let byLevel = false;
  for (const candidate of candidates) {
    const cures = await attempt(candidate);
    byLevel ||= cures && candidate.optimization !== null;
  }
  if (byLevel) await findOptimizer(OPTIMIZERS, attempt);
  const cures = trials.filter((trial) => trial.cures);
  for (const trial of cures.slice(0, TIMED)) trial.latency = await latencyWith(trial, options);
  const best = cheapest(cures);
  return {
    trials,
    best,
    options: best && {
      ...ortOptions(runtimeDefinition(runner.runtime).ort?.name ?? "", best.session),
      ...(best.optimization === null ? {} : { graphOptimizationLevel: best.optimization }),
    },
    samples: cell.samples,
  };
}

/** The least time; one that was not timed comes last. */
function cheapest(cures: readonly CureTrial[]): CureTrial | null {
  const cost = ({ latency }: CureTrial) => latency?.ratio ?? Number.POSITIVE_INFINITY;
  return cures.toSorted((a, b) => cost(a) - cost(b))[0] ?? null;
}

function jobWith({ optimization, session }: Candidate, job: RunnerJob): RunnerJob {
  return { ...job, session, ...(optimization === null ? {} : { optimization }) };
}

/** Why a candidate does not cure; null where it does. */
async function whyNot(candidate: Candidate, { runner, job, judge }: CureOptions): Promise<string | null> {
  try {
    const { status, reason } = judge(await runner.run(jobWith(candidate, job)));
    return status === "pass" ? null : (reason ?? status);
  } catch (error) {
    if (error instanceof CongruentError && error.code === "E_INTERRUPTED") throw error;
    return error instanceof CongruentError ? error.what : messageOf(error);
  }
}

/** Halves the list of optimizers down to one without which the runtime is right, where one is enough. */
async function findOptimizer(
  names: readonly string[],
  attempt: (candidate: Candidate) => Promise<boolean>,
): Promise<void> {
  let list = names;
  if (!(await attempt(withoutOptimizers(list)))) return;
  while (list.length > 1) {
    const half = list.slice(0, Math.ceil(list.length / 2));
    const other = list.slice(half.length);
    if (await attempt(withoutOptimizers(half))) list = half;
    else if (await attempt(withoutOptimizers(other))) list = other;
    else return;
  }
}

async function latencyWith(
  candidate: Candidate,
  { runner, job }: CureOptions,
): Promise<CureTrial["latency"]> {
  const timed = timedJob(job);
  const found = await latencyOf(
    () => runner.run(timed),
    () => runner.run(jobWith(candidate, timed)),
  );
  return (
    found && { ratio: found.ratio, withMs: found.secondMs, withoutMs: found.firstMs, rounds: found.rounds }
  );
}
