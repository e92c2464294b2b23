/** Runs one model on each runtime in turn and compares. */
import { stripVTControlCharacters } from "node:util";
import {
  CongruentError,
  messageOf,
  RUNTIME_IDS,
  type RuntimeId,
  runtimeId,
  usesWebgpu,
} from "@congruent/core";
import {
  cellName,
  cutSentence,
  type Ledger,
  type ParityCell,
  type ParityReport,
} from "@congruent/core/schemas";
import { withLabel } from "@congruent/runtime";
import type { Ask } from "./beyond-samples.js";
import { pickSamples } from "./bisect/samples.js";
import { cellOfRun, type Ran, type Rules, type Run } from "./cell-of.js";
import type { Decision, Judgement } from "./decision.js";
import { judgeAgain } from "./judge-again.js";
import { judgeByReference } from "./judge-by-reference.js";
import { judgeByVote } from "./judge-by-vote.js";
import { applyLedger, unusedExpectations } from "./ledger.js";
import { machineLimit } from "./machine-limit.js";
import { outputNotes } from "./output-notes.js";
import { fallbackSentence } from "./placement.js";
import { runOnMachine } from "./run-on-machine.js";
import {
  type Runner,
  type RunnerJob,
  type RunnerResult,
  type RunnerVariant,
  sampleCount,
  type Tensors,
} from "./runner.js";
import { SharedTime } from "./shared-time.js";
import { elsewhere, witnessFamily } from "./witness.js";

export interface MatrixOptions {
  runners: readonly Runner[];
  /** Runtimes that must not be absent. */
  required: readonly RuntimeId[];
  job: Omit<RunnerJob, "cap">;
  /** The most samples per runtime. Default: the runner's own limit. A runtime that is named here runs them all, however long it takes. */
  samples: Partial<Record<RuntimeId, number>>;
  /**
   * Milliseconds after which runs end with what they have done: for the reference, which runs beside the others, and for all others together.
   * Null: none.
   */
  budget: { referenceMs: number | null; othersMs: number | null };
  /** Whether runners are also run in their variants. */
  variants: boolean;
  rules: Rules;
  /** The outputs that the model declares: each runtime must give all of them, and others are left out. */
  outputNames: readonly string[];
  modelNames: readonly string[];
  ledger: Ledger | undefined;
  diagnose: Diagnose | undefined;
  onProgress: (progress: ParityProgress) => void;
}

/** Looks for the node at which a cell goes wrong. The result becomes part of the cell before the ledger is applied. */
export type Diagnose = (
  cell: ParityCell,
  context: {
    runner: Runner;
    job: RunnerJob;
    /** The cell of another run of this runtime, by the same rules; absent where there is nothing to compare with. */
    judge?: ((result: RunnerResult) => ParityCell) | undefined;
  },
) => Promise<Partial<ParityCell>>;

export interface ParityProgress {
  runtime: RuntimeId;
  variant: string | null;
  state: "started" | "running" | "finished" | "diagnosing";
  /** While it runs, where the runtime tells: samples done, of how many, and about how many seconds the rest takes. */
  done?: { samples: number; of: number; secondsLeft: number };
}

export interface Matrix {
  /** What was run, in the order of the cells. */
  runs: Run[];
  /** The run of the reference; null where there is none. */
  referenceRun: Ran | null;
  /** The run that the others are shown beside; null when none computed anything. */
  baselineRun: Ran | null;
  /** The runtime that the others are shown beside; null when none computed anything. */
  baseline: RuntimeId | null;
  cells: ParityCell[];
  notes: string[];
  /** What nothing decides although no cell says so; see {@link Decision}. */
  open: string | null;
  unusedExpectations: ParityReport["unusedExpectations"];
}

/** The part of the time for runs that is added for runs with another setting, and how many of these it is meant for. */
const AGAIN = 0.25;
const AGAIN_RUNS = 3;

/** The part of the reference's time that is added for further questions to it. */
const ASKED_AGAIN = 0.25;

/** A witness that ran the graph as it is in the file. */
const PLAIN: RunnerVariant = { name: "optimization disabled", job: { optimization: "disabled" } };

/**
 * Runs one runtime after the other, as they share the machine's cores, and beside them the reference, which keeps one core busy for longest.
 * Decides by the rules of docs/decisions/verdict.md: by the reference where it computed, else by the majority of independent witnesses. The baseline, beside which all others are shown, is the first
 * in the order of `RUNTIME_IDS` that is right, so that no runtime is shown beside another one's fault.
 *
 * @throws CongruentError exit 3 for a required runtime that is absent; `E_ONNX_INVALID` for a model that every runtime refuses
 */
export async function runMatrix(options: MatrixOptions): Promise<Matrix> {
  const position = (runner: Runner) => RUNTIME_IDS.indexOf(runtimeId(runner));
  const ordered = options.runners.toSorted((a, b) => position(a) - position(b));
  const runs = await runAll(ordered, options);
  checkTaken(runs, options.job.modelPath);
  const ran = runs.filter((run): run is Ran => run.result !== null);
  const reference = ran.find(({ runner }) => runner.isReference) ?? null;
  const others = ran.filter((run) => run !== reference);
  const decision = await decide(others, reference, options);
  const all = inOrder(runs, decision);
  const cells: ParityCell[] = [];
  for (const run of all) {
    const judgement = decision?.judgements.find((each) => each.run === run);
    if (judgement) cells.push(await finished(judgement, reference, decision?.baseline ?? null, options));
    else {
      const judged = judgedAgain(run, reference, decision?.baseline ?? null, options);
      cells.push(await diagnosed(withoutJudgement(run, reference), run, options, judged));
    }
  }
  const baseline = decision?.baseline ?? reference;
  return {
    runs: all,
    referenceRun: reference,
    baselineRun: baseline,
    baseline: baseline && runtimeId(baseline.runner),
    cells,
    notes: [...(decision?.notes ?? []), ...notesOf(all, baseline, options.rules)],
    open: decision?.open ?? lostDevices(all),
    unusedExpectations: options.ledger
      ? unusedExpectations(cells, options.modelNames, options.ledger, uncompared(reference, baseline))
      : [],
  };
}

/** In the order of the runners, each with its variants. */
async function runAll(runners: readonly Runner[], options: MatrixOptions): Promise<Run[]> {
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

async function decide(
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

/** Witnesses that were added stand behind their runtime's own runs. */
function inOrder(runs: readonly Run[], decision: Decision | null): Run[] {
  const all = [...runs];
  for (const { run } of decision?.judgements ?? []) {
    if (all.includes(run)) continue;
    const last = all.findLastIndex(({ runner }) => runner === run.runner);
    all.splice(last + 1, 0, run);
  }
  return all;
}

/** A run that failed, or the reference's. */
function withoutJudgement(run: Run, reference: Ran | null): ParityCell {
  const cell = cellOfRun(run);
  if (!run.result) return cell;
  return run === reference ? { ...cell, status: "pass", reason: cutSentence(cell) } : cell;
}

/** A model that all runtimes refuse is not the fault of a runtime: no runtime has its operator, or its types do not fit. */
function checkTaken(runs: readonly Run[], modelPath: string): void {
  const there = runs.filter(
    ({ failure, code }) => failure?.status !== "unavailable" || code === "E_ONNX_INVALID",
  );
  const [first] = there;
  if (!first || there.some(({ code }) => code !== "E_ONNX_INVALID")) return;
  throw new CongruentError({
    code: "E_ONNX_INVALID",
    what: `every runtime refuses ${modelPath}: ${first.failure?.reason}`,
    expected: "a model that at least one runtime takes",
    ...(first.failure?.fix ? { fix: first.failure.fix } : {}),
  });
}

/** Runtimes whose device this model takes away each time: it may be the machine's fault, but that is not known. */
function lostDevices(runs: readonly Run[]): string | null {
  const lost = runs.filter(({ code }) => code === "E_DEVICE_LOST").map((run) => cellName(cellOfRun(run)));
  return lost.length === 0
    ? null
    : `${lost.join(", ")} lost the device with this model each time: nothing decides whether that is the machine's fault or the model's`;
}

/** Runtimes that the others are compared with, and that are not compared with anything. */
function uncompared(reference: Ran | null, baseline: Ran | null): Partial<Record<RuntimeId, string>> {
  if (reference)
    return { [runtimeId(reference.runner)]: "it is the reference, which the others are compared with" };
  return baseline
    ? { [runtimeId(baseline.runner)]: "it is the baseline, which is compared with nothing" }
    : {};
}

/** The runtime as it is. */
const DEFAULT: RunnerVariant = { name: null, job: {} };

async function finished(
  judgement: Judgement,
  reference: Ran | null,
  baseline: Ran | null,
  options: MatrixOptions,
): Promise<ParityCell> {
  const { ledger, modelNames, rules } = options;
  const { run } = judgement;
  const judged = judgedAgain(run, reference, baseline, options);
  const cell = await diagnosed(cellOf(judgement, baseline, rules), run, options, judged);
  // Without a reference the baseline is compared with nothing, so no expectation applies to it.
  const compared = run !== baseline || reference !== null;
  // What is expected of a runtime is expected of it as it runs: a witness that is right is no surprise.
  const witness = run.variant === PLAIN.name && cell.status === "pass";
  return ledger && compared && !witness ? applyLedger(cell, modelNames, ledger) : cell;
}

function cellOf(
  { run, status, reason, compared, toReference }: Judgement,
  baseline: Ran | null,
  rules: Rules,
): ParityCell {
  const cell = cellOfRun(run);
  const elsewhereRan = rules.requireEp && cell.placement ? fallbackSentence(cell.placement) : null;
  const flips = rules.gate.on !== "numbers" && compared?.decisions === null ? UNDECIDING : null;
  const broken = elsewhereRan ?? flips;
  return {
    ...cell,
    // A capped baseline leaves the others' further samples without anything to compare with.
    samples: baseline ? Math.min(cell.samples, baseline.result.samples) : cell.samples,
    status: broken !== null && status !== "error" ? "fail" : status,
    reason: [reason, elsewhereRan, flips].filter((each) => each !== null).join("; ") || null,
    outputs: compared?.outputs ?? [],
    decisions: compared?.decisions ?? null,
    reference: toReference && { samples: toReference.samples, outputs: toReference.comparison.outputs },
  };
}

const UNDECIDING = "the gate is on flips, and this model decides nothing: it has no output named label";

/** Judges what the same runtime gave in another run as the first one was. */
function judgedAgain(
  { runner, variant }: Run,
  reference: Ran | null,
  baseline: Ran | null,
  { rules, outputNames }: MatrixOptions,
): ((result: RunnerResult) => ParityCell) | null {
  if (!baseline) return null;
  return (result) => {
    const outputs = declaredOutputs(result.outputs, outputNames);
    const run: Ran = { runner, variant, result: { ...result, outputs }, failure: null, code: null };
    return cellOf(judgeAgain(run, reference, baseline, rules), baseline, rules);
  };
}

/** What was computed that should not count for more than it is. */
function notesOf(runs: readonly Run[], baseline: Ran | null, { batching }: Rules): string[] {
  const cut = runs.flatMap((run) => {
    const cell = cellOfRun(run);
    return run.result && cell.cut ? [`${cellName(cell)}: ${cutSentence(cell)}`] : [];
  });
  const borrowed = runs.flatMap((run) => {
    const cell = cellOfRun(run);
    const family = witnessFamily(cell);
    if (!cell.placement || family === cell.kernels) return [];
    const nodes = elsewhere(cell.placement).map(({ node, opType }) => `${node} (${opType})`);
    return [
      `${cellName(cell)} ran ${nodes.slice(0, 3).join(", ")}${nodes.length > 3 ? ` and ${nodes.length - 3} more` : ""} on the CPU: it is no witness beside the CPU's own kernels`,
    ];
  });
  return [
    ...cut,
    ...runs.flatMap(({ note }) => note ?? []),
    ...borrowed,
    ...(baseline ? outputNotes(baseline.result.outputs, batching.mode !== "once") : []),
  ];
}

/** Adds to the cell of a wrong or broken runtime the node where the fault begins, if that was asked for. */
async function diagnosed(
  cell: ParityCell,
  { runner, variant, result }: Run,
  { diagnose, job, samples, onProgress }: MatrixOptions,
  judged: ((result: RunnerResult) => ParityCell) | null,
): Promise<ParityCell> {
  // The reference is not compared with itself.
  if (!diagnose || runner.isReference || (cell.status !== "fail" && cell.status !== "error")) return cell;
  onProgress({ runtime: runtimeId(runner), variant, state: "diagnosing" });
  const own = variantOf(runner, variant).job;
  // Where it was too slow for more, no more is asked of it.
  const cap = result?.cut ? result.samples : (samples[runtimeId(runner)] ?? null);
  const capped = { ...job, cap, ...own };
  const context = { runner, job: capped, judge: judged ?? undefined };
  return { ...cell, ...(await diagnose(cell, context)) };
}

function variantOf(runner: Runner, name: string | null): RunnerVariant {
  if (name === PLAIN.name) return PLAIN;
  return runner.variants?.find((variant) => variant.name === name) ?? DEFAULT;
}

type Limits = Pick<RunnerJob, "budgetMs" | "signal">;

async function runTold(
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

/** @throws CongruentError `E_OUTPUTS` when one is missing: what is not there must not pass for equal. */
function declaredOutputs(outputs: Tensors, names: readonly string[]): Tensors {
  const given = withLabel(outputs);
  return Object.fromEntries(
    names.map((name) => {
      const output = given[name];
      if (output) return [name, output];
      throw new CongruentError({
        code: "E_OUTPUTS",
        what: `the output ${name} is missing; there are ${Object.keys(given).join(", ") || "none"}`,
      });
    }),
  );
}
