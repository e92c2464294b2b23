import { BROWSER_RUNTIMES, CongruentError, runtimeDefinition, type Tensor } from "@congruent/core";
import {
  blankCell,
  type ParityCell,
  type ParityReport,
  type Passport,
  UNASKED,
} from "@congruent/core/schemas";
import { type Card, decodeTensor } from "@congruent/runtime";
import { fetchModel, fetchPassport } from "../shared/catalog.js";
import type { ModelEntry } from "../shared/model-index.js";
import { refuseOutdated, sessionTurn } from "../shared/session-turn.js";
import { runCell } from "./run-cell.js";
import { sampleCount, type Tensors } from "./sample-count.js";
import { verdictHere } from "./verdict-here.js";

export interface GoldenCheck {
  report: ParityReport;
  card: Card | null;
  passport: Passport;
  /** Every golden input, decoded. */
  inputs: Tensors;
}

/**
 * Runs a model's golden inputs on every runtime of this browser and compares with the golden outputs.
 *
 * @param signal aborted when the check is no longer wanted: it then ends after the runtime that runs
 * @param onStep receives a description of each step
 * @throws CongruentError `E_PASSPORT_MODEL` when the passport belongs to another file, `E_ABORTED`, and as fetching and decoding do;
 * a runtime that is absent or fails is a cell of the report, not an error.
 */
export async function goldenCheck(
  entry: ModelEntry,
  { signal, onStep }: { signal: AbortSignal; onStep: (step: string) => void },
): Promise<GoldenCheck> {
  onStep(`Fetching ${entry.name} and its passport …`);
  const [bytes, passport] = await Promise.all([fetchModel(entry), fetchPassport(entry)]);
  const sha256 = await sha256Of(bytes, entry);
  if (sha256 !== passport.model.sha256) {
    throw new CongruentError({
      code: "E_PASSPORT_MODEL",
      what: `the passport of ${entry.name} belongs to a file with another SHA-256 (${passport.model.sha256})`,
      expected: sha256,
      fix: "promote the model again: congruent promote RUN",
    });
  }
  const { golden } = passport;
  const inputs = decodeAll(golden.inputs);
  const samples = sampleCount(inputs);

  const cells: ParityCell[] = [baselineCell(passport, samples)];
  let card: Card | null = null;
  onStep("Waiting for the check before to end …");
  const done = await sessionTurn(signal);
  try {
    for (const [index, runtime] of BROWSER_RUNTIMES.entries()) {
      const { title } = runtimeDefinition(runtime);
      onStep(`Running ${entry.name} on ${title} (${index + 1} of ${BROWSER_RUNTIMES.length}) …`);
      const found = await runCell({ bytes, runtime, passport, signal });
      // What an unwanted check found or met is nobody's result.
      refuseOutdated(signal);
      card ??= found.card;
      cells.push(found.cell);
    }
  } finally {
    done();
  }
  const report: ParityReport = {
    ...UNASKED,
    schema: "congruent/parity@1",
    model: { path: `models/${entry.name}/model.onnx`, sha256, name: card?.name ?? entry.name },
    inputs: { source: golden.source, samples },
    baseline: golden.runtime,
    cells,
    ...verdictHere(cells, passport),
  };
  return { report, card, passport, inputs };
}

/** The golden outputs, which the runtimes are compared with. */
function baselineCell(passport: Passport, samples: number): ParityCell {
  return {
    ...blankCell({ runtime: passport.golden.runtime, browser: null }),
    status: "pass",
    reason: "recorded in the passport when the model was promoted",
    samples,
  };
}

function decodeAll(encoded: Passport["golden"]["inputs"]): Tensors {
  return Object.fromEntries(
    Object.entries(encoded).map(([name, value]): [string, Tensor] => [name, decodeTensor(value)]),
  );
}

/** Browsers hash only on https and localhost; elsewhere the hash from the build's own list is used. */
async function sha256Of(bytes: Uint8Array<ArrayBuffer>, entry: ModelEntry): Promise<string> {
  if (!isSecureContext) return entry.sha256;
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
