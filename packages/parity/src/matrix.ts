/** Runs one model on each runtime in turn and compares. */
import { CongruentError, messageOf, RUNTIME_IDS, type RuntimeId, runtimeId } from "@congruent/core";
import type { Ledger, ParityCell, ParityReport } from "@congruent/core/schemas";
import { withLabel } from "@congruent/runtime";
import { agrees, cellOfRun, judge, type Ran, type Rules, type Run } from "./cell-of.js";
import { applyLedger, unusedExpectations } from "./ledger.js";
import type { Runner, RunnerJob, RunnerResult, RunnerVariant, Tensors } from "./runner.js";

export interface MatrixOptions {
  runners: readonly Runner[];
  /** Runtimes that must not be absent. */
  required: readonly RuntimeId[];
  job: Omit<RunnerJob, "cap">;
  /** The most samples per runtime. Default: the runner's own limit. */
  samples: Partial<Record<RuntimeId, number>>;
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
  state: "started" | "finished" | "diagnosing";
}

export interface Matrix {
  /** What was run, in the order of the cells. */
  runs: Run[];
  /** The run that the others were compared with; null when none computed anything. */
  baselineRun: Ran | null;
  /** The runtime that the others were compared with; null when none computed anything. */
  baseline: RuntimeId | null;
  cells: ParityCell[];
  unusedExpectations: ParityReport["unusedExpectations"];
}

/**
 * Runs one runtime after the other, as they share the machine's cores. The reference computes in double precision; all others are
 * compared with it on the samples that it ran. The baseline, for all samples, is the first in the order of `RUNTIME_IDS` that agrees with
 * the reference (without a reference: the first that computes anything), so that no runtime is blamed for another one's fault.
 *
 * @throws CongruentError exit 3 for a required runtime that is absent; `E_ONNX_INVALID` for a model that every runtime refuses
 */
export async function runMatrix(options: MatrixOptions): Promise<Matrix> {
  const position = (runner: Runner) => RUNTIME_IDS.indexOf(runtimeId(runner));
  const ordered = options.runners.toSorted((a, b) => position(a) - position(b));
  const runs: Run[] = [];
  for (const runner of ordered) {
    const variants = options.variants ? (runner.variants ?? []) : [];
    for (const variant of [{ ...DEFAULT, name: runner.named ?? null }, ...variants]) {
      const tell = (state: ParityProgress["state"]) =>
        options.onProgress({ runtime: runtimeId(runner), variant: variant.name, state });
      tell("started");
      const run = await runOne(runner, variant, options);
      runs.push(run);
      tell("finished");
      // A runtime that is unavailable is so in every variant.
      if (run.failure?.status === "unavailable") break;
    }
  }
  checkTaken(runs, options.job.modelPath);
  const ran = runs.filter((run): run is Ran => run.result !== null);
  const reference = ran.find(({ runner }) => runner.isReference) ?? null;
  const baseline = chooseBaseline(ran, reference, options.rules);
  const cells: ParityCell[] = [];
  for (const run of runs) {
    const judged =
      baseline && ((result: RunnerResult) => judgeAgain(run, result, reference, baseline, options));
    if (!run.result || !baseline) cells.push(await diagnosed(cellOfRun(run), run, options, judged));
    else cells.push(await finished(run as Ran, reference, baseline, options));
  }
  return {
    runs,
    baselineRun: baseline,
    baseline: baseline && runtimeId(baseline.runner),
    cells,
    unusedExpectations: options.ledger
      ? unusedExpectations(cells, options.modelNames, options.ledger, uncompared(reference, baseline))
      : [],
  };
}

/** A model that all runtimes refuse is not the fault of a runtime: no runtime has its operator, or its types do not fit. */
function checkTaken(runs: readonly Run[], modelPath: string): void {
  const there = runs.filter(({ failure }) => failure?.status !== "unavailable");
  const [first] = there;
  if (!first || there.some(({ code }) => code !== "E_ONNX_INVALID")) return;
  throw new CongruentError({
    code: "E_ONNX_INVALID",
    what: `every runtime refuses ${modelPath}: ${first.failure?.reason}`,
    expected: "a model that at least one runtime takes",
    ...(first.failure?.fix ? { fix: first.failure.fix } : {}),
  });
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

function chooseBaseline(ran: readonly Ran[], reference: Ran | null, rules: Rules): Ran | null {
  const others = ran.filter((run) => run !== reference);
  const right = reference && others.find((run) => agrees(run, reference, rules));
  return right ?? others[0] ?? reference;
}

async function finished(
  run: Ran,
  reference: Ran | null,
  baseline: Ran,
  options: MatrixOptions,
): Promise<ParityCell> {
  const { ledger, modelNames } = options;
  const judged = (result: RunnerResult) => judgeAgain(run, result, reference, baseline, options);
  const cell = await diagnosed(judge(run, reference, baseline, options.rules), run, options, judged);
  // Without a reference the baseline is compared with nothing, so no expectation applies to it.
  const compared = run !== reference && (run !== baseline || reference !== null);
  return ledger && compared ? applyLedger(cell, modelNames, ledger) : cell;
}

/** What the same runtime gave in another run, judged as the first one was. */
function judgeAgain(
  { runner, variant }: Run,
  result: RunnerResult,
  reference: Ran | null,
  baseline: Ran,
  { rules, outputNames }: MatrixOptions,
): ParityCell {
  const outputs = declaredOutputs(result.outputs, outputNames);
  const ran: Ran = { runner, variant, result: { ...result, outputs }, failure: null, code: null };
  return judge(ran, reference, baseline, rules);
}

/** Adds to the cell of a wrong or broken runtime the node where the fault begins, if that was asked for. */
async function diagnosed(
  cell: ParityCell,
  { runner, variant }: Run,
  { diagnose, job, samples, onProgress }: MatrixOptions,
  judged: ((result: RunnerResult) => ParityCell) | null,
): Promise<ParityCell> {
  // The reference is not compared with itself.
  if (!diagnose || runner.isReference || (cell.status !== "fail" && cell.status !== "error")) return cell;
  onProgress({ runtime: runtimeId(runner), variant, state: "diagnosing" });
  const own = variantOf(runner, variant).job;
  const capped = { ...job, cap: samples[runtimeId(runner)] ?? null, ...own };
  const context = { runner, job: capped, judge: judged ?? undefined };
  return { ...cell, ...(await diagnose(cell, context)) };
}

function variantOf(runner: Runner, name: string | null): RunnerVariant {
  return runner.variants?.find((variant) => variant.name === name) ?? DEFAULT;
}

async function runOne(
  runner: Runner,
  variant: RunnerVariant,
  { job, samples, required, outputNames }: MatrixOptions,
): Promise<Run> {
  const runtime = runtimeId(runner);
  const known = { runner, variant: variant.name };
  try {
    const result = await runner.run({ ...job, cap: samples[runtime] ?? null, ...variant.job });
    const outputs = declaredOutputs(result.outputs, outputNames);
    return { ...known, result: { ...result, outputs }, failure: null, code: null };
  } catch (error) {
    const coded = error instanceof CongruentError ? error : null;
    const absent = coded?.exit === 3;
    if (absent && required.includes(runtime)) throw coded;
    const reason = coded ? coded.what : messageOf(error);
    const failure = { status: absent ? "unavailable" : "error", reason, fix: coded?.fix ?? null } as const;
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
