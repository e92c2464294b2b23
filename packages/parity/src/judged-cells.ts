/** Cells of runs that were judged: what a report says of each. */
import { runtimeId } from "@congruent/core";
import { cutSentence, type ParityCell } from "@congruent/core/schemas";
import { cellOfRun, type Ran, type Rules, type Run } from "./cell-of.js";
import type { Decision, Judgement } from "./decision.js";
import { declaredOutputs } from "./declared-outputs.js";
import { judgeAgain } from "./judge-again.js";
import { applyLedger } from "./ledger.js";
import type { MatrixOptions } from "./matrix-options.js";
import { fallbackSentence } from "./placement.js";
import type { RunnerResult } from "./runner.js";
import { PLAIN, variantOf } from "./variant-runs.js";

/** In the order of the runs. */
export async function judgedCells(
  runs: readonly Run[],
  reference: Ran | null,
  decision: Decision | null,
  options: MatrixOptions,
): Promise<ParityCell[]> {
  const cells: ParityCell[] = [];
  for (const run of runs) {
    const judgement = decision?.judgements.find((each) => each.run === run);
    if (judgement) cells.push(await finished(judgement, reference, decision?.baseline ?? null, options));
    else {
      const judged = judgedAgain(run, reference, decision?.baseline ?? null, options);
      cells.push(await diagnosed(withoutJudgement(run, reference), run, options, judged));
    }
  }
  return cells;
}

/** A run that failed, or the reference's. */
function withoutJudgement(run: Run, reference: Ran | null): ParityCell {
  const cell = cellOfRun(run);
  if (!run.result) return cell;
  return run === reference ? { ...cell, status: "pass", reason: cutSentence(cell) } : cell;
}

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
