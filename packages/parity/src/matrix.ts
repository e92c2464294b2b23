/** Runs one model on each runtime in turn and compares. */
import { CongruentError, RUNTIME_IDS, type RuntimeId, runtimeId } from "@congruent/core";
import type { ParityCell, ParityReport } from "@congruent/core/schemas";
import type { Ran, Run } from "./cell-of.js";
import { decide } from "./decide.js";
import type { Decision } from "./decision.js";
import { judgedCells } from "./judged-cells.js";
import { unusedExpectations } from "./ledger.js";
import { lostDevices, notesOf, uncompared } from "./matrix-notes.js";
import type { MatrixOptions } from "./matrix-options.js";
import type { Runner } from "./runner.js";
import { runAll } from "./variant-runs.js";

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
  const cells = await judgedCells(all, reference, decision, options);
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
