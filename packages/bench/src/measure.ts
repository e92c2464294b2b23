import { CongruentError, median, whatOf } from "@congruent/core";
import type { BenchContender } from "@congruent/core/schemas";
import type { Configuration, Contender } from "./contenders/index.js";
import type { PreparedJob } from "./job.js";
import { type Ready, Worker } from "./worker.js";

/** What every contender is held to and starts from. */
export interface Prepared extends Pick<PreparedJob, "logProbabilities" | "write"> {
  /** null where all read one model from one file. */
  parameters: number | null;
}

export interface MeasureOptions<P extends Prepared = PreparedJob> {
  prepared: P;
  contenders: readonly Contender<P>[];
  rounds: number;
  /** About how long each turn takes, in milliseconds. */
  blockMs: number;
  /** How long a contender may take to be ready, and each turn, in milliseconds. */
  timeoutMs: number;
  /** Steps of the first part of the warm-up. Default: 10. */
  warmUpSteps?: number;
  onProgress?: (text: string) => void;
}

/** How reports describe the warm-up. */
export const WARM_UP = "at least 10 steps and half a turn, left out, which also choose the configuration";
const WARM_UP_STEPS = 10;

/** A contender in the race. */
interface Runner {
  configuration: Configuration;
  worker: Worker;
  ready: Ready;
  readyMs: number;
  /** Of one turn. */
  steps: number;
  /** Milliseconds of a step in the warm-up. */
  pace: number;
  outputDifference: number | null;
}

type Entry = Omit<BenchContender, "gflops" | "shareOfPeak" | "examplesPerSecond">;

/**
 * Lets the contenders take turns, each in a process of its own that rests while the others run. One that fails is
 * reported with its reason; the others continue.
 */
export async function measure<P extends Prepared>(options: MeasureOptions<P>): Promise<Entry[]> {
  const { contenders, rounds, timeoutMs, onProgress } = options;
  const entries: Entry[] = [];
  const running: { runner: Runner; entry: Entry }[] = [];
  try {
    for (const contender of contenders) {
      onProgress?.(`${contender.title}: warm-up`);
      const { entry, runner } = await enter(contender, options);
      entries.push(entry);
      if (runner) running.push({ runner, entry });
    }
    for (let round = 0; round < rounds; round++) {
      onProgress?.(`round ${round + 1} of ${rounds}`);
      // Another one begins each time, so that no one always follows the same neighbor.
      for (let turn = 0; turn < running.length; turn++) {
        const { runner, entry } = running[(round + turn) % running.length] as (typeof running)[number];
        if (entry.status !== "measured") continue;
        await takeTurn(runner, entry, timeoutMs);
      }
    }
  } finally {
    await Promise.all(running.map(({ runner }) => runner.worker.end()));
  }
  for (const entry of entries) {
    if (entry.status === "measured") entry.milliseconds = median(entry.rounds);
  }
  return entries;
}

async function takeTurn(runner: Runner, entry: Entry, timeoutMs: number): Promise<void> {
  try {
    const block = await runner.worker.steps(runner.steps, timeoutMs);
    if (!Number.isFinite(block.loss)) throw new Error(`the loss became ${block.loss}`);
    entry.rounds.push(block.milliseconds / runner.steps);
    entry.peakBytes = block.peakBytes;
  } catch (error) {
    entry.status = "failed";
    entry.reason = whatOf(error);
    await runner.worker.end();
  }
}

/** Starts every configuration of a contender, one after the other, and keeps the fastest. */
async function enter<P extends Prepared>(
  contender: Contender<P>,
  options: MeasureOptions<P>,
): Promise<{ entry: Entry; runner: Runner | null }> {
  const entry: Entry = {
    name: contender.name,
    title: contender.title,
    peer: contender.peer,
    status: "unavailable",
    reason: contender.unavailable?.() ?? null,
    configuration: null,
    considered: [],
    versions: {},
    rounds: [],
    milliseconds: null,
    peakBytes: null,
    readyMs: null,
    preparationMs: null,
    outputDifference: null,
  };
  if (entry.reason !== null) return { entry, runner: null };
  let best: Runner | null = null;
  for (const configuration of contender.configurations(options.prepared)) {
    const { title } = configuration;
    try {
      const runner = await warmUp(contender, configuration, options);
      entry.considered.push({ configuration: title, milliseconds: runner.pace, reason: null });
      const beaten: Runner | null = best === null || runner.pace < best.pace ? best : runner;
      await beaten?.worker.end();
      if (beaten !== runner) best = runner;
    } catch (error) {
      entry.considered.push({ configuration: title, milliseconds: null, reason: whatOf(error) });
    }
  }
  if (!best) {
    entry.status = "failed";
    entry.reason = entry.considered
      .map(({ configuration, reason }) => `${configuration}: ${reason}`)
      .join("; ");
    return { entry, runner: null };
  }
  entry.status = "measured";
  const { batchParts = 1 } = best.ready.computation ?? {};
  entry.configuration = `${best.configuration.title}${batchParts > 1 ? `, ${batchParts} parts side by side` : ""}`;
  entry.versions = best.ready.versions;
  entry.readyMs = best.readyMs;
  entry.preparationMs = best.ready.preparationMs ?? null;
  entry.outputDifference = best.outputDifference;
  return { entry, runner: best };
}

async function warmUp<P extends Prepared>(
  contender: Contender<P>,
  configuration: Configuration,
  { prepared, blockMs, timeoutMs, warmUpSteps = WARM_UP_STEPS }: MeasureOptions<P>,
): Promise<Runner> {
  const name = `${contender.name}-${JSON.stringify(configuration.values).replace(/\W+/g, "-")}`;
  const command = contender.command(await prepared.write(name, configuration.values));
  const { worker, ready, readyMs } = await Worker.start(command, timeoutMs);
  try {
    const outputDifference = differenceFrom(prepared, ready);
    const multiple = ready.multiple ?? 1;
    const whole = (steps: number) => Math.max(1, Math.round(steps / multiple)) * multiple;
    const first = await worker.steps(whole(warmUpSteps), timeoutMs);
    const guess = first.milliseconds / whole(warmUpSteps);
    const half = whole(blockMs / 2 / guess);
    const second = await worker.steps(half, timeoutMs);
    const pace = second.milliseconds / half;
    return {
      configuration,
      worker,
      ready,
      readyMs,
      pace,
      outputDifference,
      steps: whole(blockMs / pace),
    };
  } catch (error) {
    await worker.end();
    throw error;
  }
}

/** Logits are of the order of 1 to 10, sums of some hundred products in float32 taken in other orders: 1e-6 was seen. */
const SAME_OUTPUT = 1e-4;

/** @throws CongruentError `E_BENCH_NETWORK` where a contender trains another network than ours. */
function differenceFrom({ parameters, logProbabilities }: Prepared, ready: Ready): number | null {
  const other = (what: string) =>
    new CongruentError({ code: "E_BENCH_NETWORK", what, fix: "correct its definition of the network" });
  if (parameters !== null && ready.parameters !== parameters) {
    throw other(`its network has ${ready.parameters} parameters, ours ${parameters}`);
  }
  const theirs = ready.logProbabilities ?? [];
  if (theirs.length !== logProbabilities.length) {
    throw other(`it gave ${theirs.length} outputs for the first batch, ours ${logProbabilities.length}`);
  }
  const most = logProbabilities.reduce((m, v, i) => Math.max(m, Math.abs(v - (theirs[i] as number))), 0);
  if (most <= SAME_OUTPUT) return most;
  throw other(`from equal weights its log-probabilities differ from ours by up to ${most}`);
}
