import { existsSync } from "node:fs";
import { CongruentError } from "@congruent/core";
import { readBytes, readJson, sha256 } from "@congruent/core/files";
import {
  type Agreement,
  agreementSchema,
  type Evaluation,
  evaluationSchema,
  type ParityReport,
  parityReportSchema,
} from "@congruent/core/schemas";
import { runPaths } from "@congruent/run";

/** A result about a run's model.onnx. */
export type RunResult = "evaluate" | "heldOut" | "agreement" | "parity";

/** All results about a run's model.onnx. */
export interface RunResults {
  model: { bytes: Uint8Array; sha256: string };
  /** null where `congruent evaluate` has not written it. */
  evaluation: Evaluation | null;
  /** Scores on the training images that the recipe's `holdOut` set apart; null where there are none. */
  heldOut: Evaluation | null;
  /** Of a classical model: against scikit-learn's own predictions; null where `congruent agreement` has not written it. */
  agreement: Agreement | null;
  /** null where `congruent parity` has not written it. */
  parity: ParityReport | null;
}

/**
 * Reads a run's model and the results about it.
 *
 * @throws CongruentError `E_MODEL_NOT_FOUND` before the export; `E_STALE_RESULT` when a result is about another file.
 */
export async function readRunResults(run: string): Promise<RunResults> {
  const paths = runPaths(run);
  const bytes = await readBytes(paths.onnx, "E_MODEL_NOT_FOUND", resultCommand(run, "export"));
  const hash = sha256(bytes);
  const evaluation = existsSync(paths.evaluation) ? await readJson(paths.evaluation, evaluationSchema) : null;
  const heldOut = existsSync(paths.heldOut) ? await readJson(paths.heldOut, evaluationSchema) : null;
  const agreement = existsSync(paths.agreement) ? await readJson(paths.agreement, agreementSchema) : null;
  const parity = existsSync(paths.parity) ? await readJson(paths.parity, parityReportSchema) : null;
  for (const [verb, result] of [
    ["evaluate", evaluation] as const,
    ["heldOut", heldOut] as const,
    ["agreement", agreement] as const,
    ["parity", parity] as const,
  ]) {
    if (!result || result.model.sha256 === hash) continue;
    throw new CongruentError({
      code: "E_STALE_RESULT",
      what: `the result of \`${resultCommand("RUN", verb)}\` in ${run} is about another model.onnx`,
      expected: "a result for the file as it is now (same SHA-256)",
      fix: resultCommand(run, verb),
    });
  }
  return { model: { bytes, sha256: hash }, evaluation, heldOut, agreement, parity };
}

/** The command that writes one of a run's results. */
export function resultCommand(run: string, result: "export" | RunResult): string {
  const paths = runPaths(run);
  const commands = {
    export: `congruent export ${run}`,
    evaluate: `congruent evaluate ${paths.onnx} --report ${paths.evaluation}`,
    heldOut: `congruent evaluate ${paths.onnx} --split heldOut --report ${paths.heldOut}`,
    agreement: `congruent agreement ${run} --report ${paths.agreement}`,
    parity: `congruent parity ${paths.onnx} --report ${paths.parity}`,
  };
  return commands[result];
}
