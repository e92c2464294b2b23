import { CongruentError, messageOf } from "@congruent/core";
import { blankCell, type ParityCell, type Passport } from "@congruent/core/schemas";
import { type Card, load, verify } from "@congruent/runtime";
import { type BrowserRuntime, wasmThreads } from "../shared/runtimes.js";
import { thisBrowser } from "../shared/this-browser.js";
import { recordedCell } from "./recorded-cell.js";

export interface CellRequest {
  bytes: Uint8Array;
  runtime: BrowserRuntime;
  passport: Passport;
  signal: AbortSignal;
}

/** One runtime compared with the golden outputs; what goes wrong becomes the cell's status and reason. */
export async function runCell(request: CellRequest): Promise<{ cell: ParityCell; card: Card | null }> {
  const { bytes, runtime, passport, signal } = request;
  const empty = blankCell({ runtime, browser: thisBrowser });
  try {
    const model = await load(bytes, { runtime, threads: wasmThreads(), signal });
    try {
      const { samples, seconds, outputs, decisions, reason } = await verify(model, passport);
      const { card, versions, adapter } = model;
      const found = { versions, adapter, samples, seconds, outputs, decisions, reason };
      const cell: ParityCell =
        reason === null
          ? { ...empty, ...found, status: "pass" }
          : { ...empty, ...found, status: "fail", expectation: recordedFailure(passport, runtime) };
      return { cell, card };
    } finally {
      await model.close();
    }
  } catch (error) {
    return { cell: { ...empty, ...trouble(error) }, card: null };
  }
}

/** A failure that was known when the model was promoted is still a failure, but an expected one. */
function recordedFailure(passport: Passport, runtime: BrowserRuntime): ParityCell["expectation"] {
  const recorded = recordedCell(passport, runtime);
  if (recorded?.status !== "expected-fail") return null;
  return { reason: "the passport records this failure as known when the model was promoted", link: null };
}

function trouble(error: unknown): Pick<ParityCell, "status" | "reason" | "fix"> {
  if (!(error instanceof CongruentError)) return { status: "error", reason: messageOf(error), fix: null };
  // Busy says nothing of the model either; what is missing of what the passport knows makes the verdict inconclusive.
  const absent = error.code === "E_RUNTIME_UNAVAILABLE" || error.code === "E_RUNTIME_BUSY";
  return {
    status: absent ? "unavailable" : "error",
    reason: absent ? error.what : `${error.code}: ${error.what}`,
    fix: error.fix ?? null,
  };
}
