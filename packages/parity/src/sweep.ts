/** Each runtime again under other settings: do its numbers depend on them? */
import { availableParallelism } from "node:os";
import { CongruentError, messageOf, runtimeDefinition, runtimeId, tensorBytes } from "@congruent/core";
import { OPTIMIZATIONS, type Sweep, type SweepAxis } from "@congruent/core/schemas";
import { sizeText } from "./attribution.js";
import { largest, type Ran, type Rules, type Run } from "./cell-of.js";
import { machineLimit } from "./machine-limit.js";
import type { MatrixOptions } from "./matrix-options.js";
import { againstReference, allowanceOf, commonRows, type Pair, pairOf } from "./pairs.js";
import { runOnMachine } from "./run-on-machine.js";
import type { History, Runner, RunnerJob, RunnerResult, Tensors } from "./runner.js";
import type { ShapeCase } from "./shape-cases.js";
import { sweepShapes } from "./sweep-shapes.js";

export interface SweepOptions {
  axes: readonly SweepAxis[];
  matrix: MatrixOptions;
  /** Inputs of other shapes, for the axis `shapes`. */
  shapes: readonly ShapeCase[];
  /** What the matrix ran. */
  runs: readonly Run[];
  baselineRun: Ran | null;
  referenceRun: Ran | null;
}

/** One setting of an axis. */
interface Setting {
  value: string;
  job: Partial<RunnerJob>;
}

type Variant = Sweep["variants"][number];

/** Axes on which a runtime is compared with itself. Shapes need other inputs, and so a run of the reference for each. */
type SettingAxis = Exclude<SweepAxis, "shapes">;

/** Samples that a variant runs at most: a batch size of 1 over ten thousand would take as long as everything else together. */
const SAMPLES = 200;

const REPEATS = 5;

/** The settings that each axis tries on a runtime; none where the axis does not apply. */
const SETTINGS: Readonly<
  Record<SettingAxis, (runner: Runner, result: RunnerResult, job: MatrixOptions["job"]) => Setting[]>
> = {
  optimization: (_, { optimization }) =>
    optimization == null ? [] : OPTIMIZATIONS.map((value) => ({ value, job: { optimization: value } })),
  threads: (runner) =>
    isThreaded(runner)
      ? threadCounts().map((threads) => ({ value: plural(threads, "thread"), job: { threads } }))
      : [],
  batch: (_, __, { batching }) =>
    batching.mode !== "split"
      ? []
      : [...new Set([batching.size, 1, 7, 64])].map((size) => ({
          value: `batch ${size}`,
          job: { batching: { mode: "split", size } },
        })),
  repeat: (runner) => {
    const job = isThreaded(runner) ? { threads: Math.max(...threadCounts()) } : {};
    return Array.from({ length: REPEATS }, (_, run) => ({ value: `run ${run + 1}`, job }));
  },
  // A page of a browser runs a model once and is closed: only a process of Node has a history here.
  history: ({ runtime, browser }, _, { batching }) =>
    browser !== null || runtimeDefinition(runtime).ort === null
      ? []
      : HISTORIES.filter(({ splits }) => !splits || batching.mode === "split").map(({ value, history }) => ({
          value,
          job: { history, timed: true },
        })),
};

/** What went before, in words; `splits` where it needs batches of other sizes. */
const HISTORIES: readonly { value: string; history?: History; splits?: true }[] = [
  { value: "first run" },
  { value: "third run of a session", history: "again" },
  { value: "second session of a process", history: "reopened" },
  { value: "after batches of other sizes", history: "shapes", splits: true },
  { value: "beside three other sessions", history: "together" },
];

function isThreaded({ runtime, threaded = runtimeDefinition(runtime).threaded }: Runner): boolean {
  return threaded;
}

/** One sweep per axis and runtime that computed something. Variants of one runtime in the matrix are swept once. */
export async function runSweeps(options: SweepOptions): Promise<Sweep[]> {
  const { axes, shapes, matrix, runs, baselineRun, referenceRun } = options;
  if (!baselineRun) return [];
  const sweeps: Sweep[] = [];
  for (const axis of axes) {
    if (axis === "shapes") {
      sweeps.push(...(await sweepShapes(shapes, matrix, runs, baselineRun.runner)));
      continue;
    }
    for (const run of runs) {
      if (!run.result || run.variant !== null || run.runner.isReference) continue;
      const settings = SETTINGS[axis](run.runner, run.result, matrix.job);
      if (settings.length > 0)
        sweeps.push(await sweep(axis, run as Ran, settings, { baselineRun, referenceRun }, matrix));
    }
  }
  return sweeps;
}

async function sweep(
  axis: SettingAxis,
  { runner, result: usual }: Ran,
  settings: readonly Setting[],
  { baselineRun: baseline, referenceRun: reference }: { baselineRun: Ran; referenceRun: Ran | null },
  { job, rules, samples, outputNames, onProgress }: MatrixOptions,
): Promise<Sweep> {
  // Where it was too slow for more, no more is asked of it.
  const most = usual.cut ? usual.samples : SAMPLES;
  const cap = Math.min(most, samples[runtimeId(runner)] ?? SAMPLES);
  const variants: Variant[] = [];
  let first: Ran | null = null;
  for (const { value, job: own } of settings) {
    onProgress({ runtime: runtimeId(runner), variant: value, state: "started" });
    try {
      const { result } = await runOnMachine(runner, { ...job, cap, ...own });
      const ran: Ran = { runner, variant: value, result, failure: null, code: null };
      first ??= ran;
      const beside = (other: Ran) => pairOf(...commonRows(ran, other, 0, rules), allowanceOf(rules), rules);
      const fromFirst = beside(first);
      const { status, reason } = settingStatus(ran, first, reference, fromFirst, rules);
      variants.push({
        value,
        status,
        reason,
        fromBaseline: largest(beside(baseline).comparison.outputs),
        fromReference: null,
        fromFirst: largest(fromFirst.comparison.outputs),
        sameBits: sameBits(first.result.outputs, result.outputs, outputNames),
        seconds: result.seconds,
      });
    } catch (error) {
      const reason = error instanceof CongruentError ? error.what : messageOf(error);
      const nothing = {
        fromBaseline: null,
        fromReference: null,
        fromFirst: null,
        sameBits: null,
        seconds: null,
      };
      // A limit of the machine says nothing of the setting.
      const status = machineLimit(error) ? "inconclusive" : "error";
      variants.push({ value, status, reason, ...nothing });
    }
    onProgress({ runtime: runtimeId(runner), variant: value, state: "finished" });
  }
  return {
    axis,
    runtime: runner.runtime,
    browser: runner.browser,
    samples: first?.result.samples ?? 0,
    variants,
    because: SENTENCES[axis](variants),
  };
}

/**
 * Whether a setting gives what the first one gives. The reference decides where it computed: two settings that are both right are never
 * compared with each other on its samples.
 */
function settingStatus(
  ran: Ran,
  first: Ran,
  reference: Ran | null,
  { relation, comparison: { reason } }: Pair,
  rules: Rules,
): Pick<Variant, "status" | "reason"> {
  if (relation === "agree") return { status: "pass", reason: null };
  const judged =
    reference && [ran, first].map((each) => againstReference(each, reference, rules).comparison.reason);
  if (judged?.every((wrong) => wrong === null)) {
    const all = reference && reference.result.samples >= Math.min(ran.result.samples, first.result.samples);
    if (all) return { status: "pass", reason: null };
  } else if (judged?.some((wrong) => wrong === null)) return { status: "fail", reason };
  return { status: relation === "differ" ? "fail" : "inconclusive", reason };
}

/** @returns null where an output is missing */
function sameBits(first: Tensors, other: Tensors, names: readonly string[]): boolean | null {
  const pairs = names.map((name) => [first[name], other[name]] as const);
  if (pairs.some(([a, b]) => !a || !b)) return null;
  return pairs.every(([a, b]) => a && b && Buffer.compare(tensorBytes(a), tensorBytes(b)) === 0);
}

/** What the numbers do, in one sentence. */
const SENTENCES: Readonly<Record<SettingAxis, (variants: readonly Variant[]) => string>> = {
  optimization: (variants) => dependence(variants, "the optimization level"),
  threads: (variants) => dependence(variants, "the number of threads"),
  batch: (variants) => dependence(variants, "the batch size"),
  repeat: (variants) => {
    const others = variants.filter(({ sameBits }) => sameBits === false);
    if (others.length > 0) {
      return `nondeterministic: ${others.length} of ${variants.length} runs give other bits than the first, by up to ${most(others)}`;
    }
    return broken(variants) ?? `${variants.length} runs give the same bits`;
  },
  history: (variants) =>
    variants.every(({ sameBits }) => sameBits === true)
      ? `the same bits whatever ran before (${variants.length} histories)`
      : dependence(variants, "what ran before"),
};

function dependence(variants: readonly Variant[], what: string): string {
  const trouble = broken(variants);
  if (trouble !== null) return trouble;
  const others = variants.filter(({ sameBits }) => sameBits === false);
  if (others.length === 0) return `the same bits for every value of ${what}`;
  return `${what} changes the numbers within their bounds, by up to ${most(others)}`;
}

/** The variants that are beyond their bounds, or broke. */
function broken(variants: readonly Variant[]): string | null {
  const bad = variants.filter(({ status }) => status !== "pass");
  if (bad.length === 0) return null;
  return bad.map(({ value, reason }) => `${value}: ${reason}`).join("; ");
}

function most(variants: readonly Variant[]): string {
  const sizes = variants.map(({ fromFirst }) => fromFirst);
  return sizes.includes(null) ? "NaN or infinity" : sizeText(Math.max(...sizes.map(Number)));
}

function threadCounts(): number[] {
  const cores = availableParallelism();
  return [...new Set([1, 2, Math.min(4, cores), cores])].filter((count) => count <= Math.max(2, cores));
}

function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}
