import { runtimeId } from "@congruent/core";
import {
  type CellStatus,
  cellName,
  type OutputDifference,
  type ParityCell,
  type Sweep,
  type Verdict,
} from "@congruent/core/schemas";
import { isPlain, witnessFamily } from "./witness.js";

/** Statuses that make a report fail. An unexpected pass is one: an outdated ledger would hide the next failure. */
const BAD: readonly CellStatus[] = ["fail", "error", "unexpected-pass"];

/** Statuses of cells that have numbers. */
const MEASURED: readonly CellStatus[] = ["pass", "fail", "expected-fail", "unexpected-pass", "inconclusive"];

export interface VerdictOptions {
  /** What nothing decides although no cell says so, in half a sentence. Default: nothing. */
  open?: string | null;
  /** The numbers that the others are compared with were judged elsewhere, such as those of a passport. Default: false. */
  vouched?: boolean;
}

type Found = { verdict: Verdict; because: string };

/**
 * - `fail`: a runtime is wrong, broke, or passed although the ledger expects it to fail;
 * - `inconclusive`: nothing independent was compared, or nothing decides who is right: fewer than two runtimes agree, all that do run the
 *   same kernels, or share the graph optimizer with nobody beside them who does not, or an output has no finite number in any of them;
 * - `pass`: all others agree, at least two of them with different kernels, and one whose graph no optimizer rewrote, apart from what the
 *   ledger expects. A runtime that is unavailable has no say.
 *
 * @example
 * ```ts
 * const cell = (runtime, status) => ({ ...blankCell(parseRuntimeId(runtime)), status });
 * const cpu = cell("node-cpu", "pass");
 * verdictOf([cell("reference", "pass"), cpu]); // => { verdict: "pass", because: "reference, node-cpu agree" }
 * verdictOf([cell("reference", "pass"), cell("web-wasm", "fail")]).because; // => "web-wasm: fail"
 * verdictOf([cell("node-webgpu", "pass"), cell("web-webgpu", "pass")]).verdict; // => "inconclusive"
 * verdictOf([cpu, cell("web-wasm", "pass")]).verdict; // => "inconclusive"
 * verdictOf([{ ...cpu, optimization: "disabled" }, cell("web-wasm", "pass")]).verdict; // => "pass"
 * ```
 */
export function verdictOf(
  cells: readonly ParityCell[],
  { open = null, vouched = false }: VerdictOptions = {},
): Found {
  const bad = cells.filter((cell) => BAD.includes(cell.status));
  if (bad.length > 0) {
    return { verdict: "fail", because: bad.map((cell) => `${cellName(cell)}: ${cell.status}`).join(", ") };
  }
  const silent = cells.filter((cell) => cell.runtime === "reference" && cell.status === "unavailable");
  const without = silent.length > 0 ? ` (the reference has no say: ${silent[0]?.reason})` : "";
  const measured = cells.filter((cell) => MEASURED.includes(cell.status));
  const inconclusive = (because: string): Found => ({ verdict: "inconclusive", because: because + without });
  if (measured.length < 2) {
    const remedy = silent.length > 0 ? "" : ` (the runtime "reference" needs nothing installed)`;
    return inconclusive(
      `only ${measured.length} of ${cells.length} runtimes computed anything: there is nothing to compare${remedy}`,
    );
  }
  const withStatus = (status: CellStatus) => measured.filter((cell) => cell.status === status);
  const undecided = withStatus("inconclusive");
  if (undecided.length > 0) {
    const [first] = undecided;
    const names = undecided.map(cellName).join(", ");
    return inconclusive(
      undecided.length === 1
        ? `${names}: ${first?.reason}`
        : `${names} are undecided; of ${first && cellName(first)}: ${first?.reason}`,
    );
  }
  const passing = withStatus("pass");
  const agreeing = passing.map(cellName).join(", ");
  const expected = withStatus("expected-fail").map(cellName);
  if (passing.length < 2) {
    return inconclusive(
      `no two runtimes agree: ${expected.join(", ")} fails as the ledger expects, and nothing else was compared`,
    );
  }
  const families = new Set(passing.map(witnessFamily));
  if (families.size < 2) {
    return inconclusive(
      `${agreeing} agree, but all run the same kernels (${[...families].join()}) and would make the same mistakes: add a runtime with others, such as node-cpu`,
    );
  }
  if (!vouched && !passing.some(isPlain)) {
    return inconclusive(
      `${agreeing} agree, but all share ONNX Runtime's graph optimizer and would share its mistakes: add the reference, or a runtime with --optimization disabled`,
    );
  }
  if (open !== null) return inconclusive(`${agreeing} agree, but ${open}`);
  const empty = nothingFinite(
    passing.flatMap((cell) => [...cell.outputs, ...(cell.reference?.outputs ?? [])]),
  );
  if (empty !== null) {
    return inconclusive(
      `${agreeing} agree, but every value of ${empty} is NaN or infinite in all of them: that they are equal proves nothing`,
    );
  }
  const exceptions =
    cutOf(cells) + (expected.length > 0 ? `; ${expected.join(" and ")} fail as the ledger expects` : "");
  return { verdict: "pass", because: `${agreeing} agree${exceptions}${without}` };
}

/** Who did not do all samples in the time for it, the reference first of all: agreement says nothing of the others. */
function cutOf(cells: readonly ParityCell[]): string {
  const few = cells.flatMap((cell) =>
    cell.cut ? [`${cellName(cell)} ${cell.samples} of ${cell.cut.of}`] : [],
  );
  return few.length > 0 ? `; samples done in the time for it: ${few.join(", ")}` : "";
}

/**
 * The verdict over cells and sweeps: a setting that changes a runtime's numbers beyond their bounds is a failure, except for runtimes
 * that the ledger expects to be wrong. Where nothing decides what a setting does, the report does not pass.
 */
export function withSweeps(found: Found, cells: readonly ParityCell[], sweeps: readonly Sweep[]): Found {
  const excused = new Set(cells.filter(({ expectation }) => expectation !== null).map(runtimeId));
  const counted = sweeps.filter((sweep) => !excused.has(runtimeId(sweep)));
  const having = (...statuses: string[]) =>
    counted
      .filter(({ variants }) => variants.some(({ status }) => statuses.includes(status)))
      .map((sweep) => `${runtimeId(sweep)}, swept over ${sweep.axis}: ${sweep.because}`);
  const bad = having("fail", "error");
  if (bad.length > 0) {
    return {
      verdict: "fail",
      because: [...(found.verdict === "fail" ? [found.because] : []), ...bad].join("; "),
    };
  }
  const open = having("inconclusive");
  return found.verdict === "pass" && open.length > 0
    ? { verdict: "inconclusive", because: open.join("; ") }
    : found;
}

/** The first output in which no comparison had a finite number; null where each has some. */
export function nothingFinite(outputs: readonly OutputDifference[]): string | null {
  const names = new Set(outputs.map(({ name }) => name));
  for (const name of names) {
    const details = outputs.flatMap((output) =>
      output.name === name && output.detail ? [output.detail] : [],
    );
    const hollow =
      details.length > 0 && details.every(({ finite, nonFinite }) => finite === 0 && nonFinite > 0);
    if (hollow) return name;
  }
  return null;
}
