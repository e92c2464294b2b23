import {
  type Card,
  CongruentError,
  messageOf,
  type OutputDifference,
  type ParityCell,
  type Passport,
} from "@congruent/core";
import { decisionsOf } from "@congruent/parity/decisions";
import { formatDifference } from "@congruent/report/components";
import { difference, load } from "@congruent/runtime";
import { type WebRuntime, wasmThreads } from "../shared/runtimes.js";
import { runBatches, sampleCount, type Tensors } from "./run-batches.js";

export interface CellRequest {
  bytes: Uint8Array;
  runtime: WebRuntime;
  inputs: Tensors;
  /** The golden outputs. */
  outputs: Tensors;
  passport: Passport;
}

/** One runtime held against the golden outputs; what goes wrong becomes the cell's status and reason. */
export async function runCell(request: CellRequest): Promise<{ cell: ParityCell; card: Card | null }> {
  const { bytes, runtime, inputs, outputs, passport } = request;
  const samples = sampleCount(inputs);
  const empty: ParityCell = {
    runtime,
    status: "error",
    reason: null,
    fix: null,
    versions: {},
    adapter: null,
    samples: 0,
    seconds: null,
    outputs: [],
    decisions: null,
    expectation: null,
    firstDivergence: null,
  };
  try {
    const model = await load(bytes, { runtime, threads: wasmThreads() });
    try {
      const run = await runBatches(model, inputs, samples);
      const differences = compare(outputs, run.outputs, passport);
      const decisions = decisionsOf(outputs, run.outputs);
      const beyond = differences.filter((output) => !output.within);
      const failed = beyond.length > 0 || (decisions?.flips ?? 0) > 0;
      const cell: ParityCell = {
        ...empty,
        status: failed ? "fail" : "pass",
        reason: failed ? reasonFor(beyond, decisions?.flips ?? 0) : null,
        versions: model.versions,
        adapter: model.adapter,
        samples,
        seconds: run.seconds,
        outputs: differences,
        decisions,
        expectation: failed ? expectation(passport, runtime) : null,
      };
      return { cell, card: model.card };
    } finally {
      await model.close();
    }
  } catch (error) {
    return { cell: { ...empty, ...trouble(error) }, card: null };
  }
}

function compare(golden: Tensors, observed: Tensors, passport: Passport): OutputDifference[] {
  return Object.entries(golden).map(([name, expected]) => {
    const { bound, why } = passport.golden.bounds[name] ?? {
      bound: 0,
      why: "the passport gives no bound: the values must be equal",
    };
    const output = observed[name];
    const { maxAbs, maxUlp } = output ? difference(expected, output) : { maxAbs: null, maxUlp: null };
    return { name, maxAbs, maxUlp, bound, why, within: maxAbs !== null && maxAbs <= bound };
  });
}

function reasonFor(beyond: readonly OutputDifference[], flips: number): string {
  const parts = beyond.map(
    ({ name, maxAbs, bound }) =>
      `${name} differs by ${formatDifference(maxAbs)}, where ${formatDifference(bound)} is allowed`,
  );
  if (flips > 0) parts.push(`${flips} decision${flips === 1 ? "" : "s"} differ`);
  return parts.join("; ");
}

/** A failure that was known when the model was promoted is still a failure, but no surprise. */
function expectation(passport: Passport, runtime: WebRuntime): ParityCell["expectation"] {
  const recorded = passport.parity.cells.find((cell) => cell.runtime === runtime);
  if (recorded?.status !== "expected-fail") return null;
  return { reason: "the passport records this failure as known when the model was promoted", link: null };
}

function trouble(error: unknown): Pick<ParityCell, "status" | "reason" | "fix"> {
  if (!(error instanceof CongruentError)) return { status: "error", reason: messageOf(error), fix: null };
  const absent = error.code === "E_RUNTIME_UNAVAILABLE";
  return {
    status: absent ? "unavailable" : "error",
    reason: absent ? error.what : `${error.code}: ${error.what}`,
    fix: error.fix ?? null,
  };
}
