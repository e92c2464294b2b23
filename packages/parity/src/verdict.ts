import { runtimeId } from "@congruent/core";
import {
  type CellStatus,
  cellName,
  type OutputDifference,
  type ParityCell,
  type Sweep,
  type Verdict,
} from "@congruent/core/schemas";

/** Statuses that make a report fail. An unexpected pass is one: an outdated ledger would hide the next failure. */
const BAD: readonly CellStatus[] = ["fail", "error", "unexpected-pass"];

/** Statuses of cells that have numbers. */
const MEASURED: readonly CellStatus[] = ["pass", "fail", "expected-fail", "unexpected-pass"];

/**
 * - `fail`: a runtime differs, broke, or passed although the ledger expects it to fail;
 * - `inconclusive`: nothing independent was compared: fewer than two runtimes agree, all that do run the same kernels, or an output has no
 *   finite number in any of them;
 * - `pass`: all others agree, at least two of them with different kernels, apart from what the ledger expects.
 *
 * @example
 * ```ts
 * const cell = (runtime, status) => ({ ...blankCell(parseRuntimeId(runtime)), status });
 * verdictOf([cell("node-cpu", "pass"), cell("web-wasm", "pass")]); // => { verdict: "pass", because: "node-cpu, web-wasm agree" }
 * verdictOf([cell("node-cpu", "pass"), cell("web-wasm", "fail")]).because; // => "web-wasm: fail"
 * verdictOf([cell("node-webgpu", "pass"), cell("web-webgpu", "pass")]).verdict; // => "inconclusive"
 * ```
 */
export function verdictOf(cells: readonly ParityCell[]): { verdict: Verdict; because: string } {
  const bad = cells.filter((cell) => BAD.includes(cell.status));
  if (bad.length > 0) {
    return { verdict: "fail", because: bad.map((cell) => `${cellName(cell)}: ${cell.status}`).join(", ") };
  }
  const measured = cells.filter((cell) => MEASURED.includes(cell.status));
  if (measured.length < 2) {
    return {
      verdict: "inconclusive",
      because: `only ${measured.length} of ${cells.length} runtimes computed anything: there is nothing to compare (the runtime "reference" needs nothing installed)`,
    };
  }
  const withStatus = (status: CellStatus) => measured.filter((cell) => cell.status === status);
  const passing = withStatus("pass");
  const agreeing = passing.map(cellName);
  const expected = withStatus("expected-fail").map(cellName);
  if (agreeing.length < 2) {
    return {
      verdict: "inconclusive",
      because: `no two runtimes agree: ${expected.join(", ")} fails as the ledger expects, and nothing else was compared`,
    };
  }
  const kernels = new Set(passing.map((cell) => cell.kernels));
  if (kernels.size < 2) {
    return {
      verdict: "inconclusive",
      because: `${agreeing.join(", ")} agree, but all run the same kernels (${[...kernels].join()}) and would make the same mistakes: add a runtime with others, such as node-cpu`,
    };
  }
  const empty = nothingFinite(
    passing.flatMap((cell) => [...cell.outputs, ...(cell.reference?.outputs ?? [])]),
  );
  if (empty !== null) {
    return {
      verdict: "inconclusive",
      because: `${agreeing.join(", ")} agree, but every value of ${empty} is NaN or infinite in all of them: that they are equal proves nothing`,
    };
  }
  const exceptions = expected.length > 0 ? `; ${expected.join(" and ")} fail as the ledger expects` : "";
  return { verdict: "pass", because: `${agreeing.join(", ")} agree${exceptions}` };
}

/**
 * The verdict over cells and sweeps: a setting that changes a runtime's numbers beyond their bounds is a failure, except for runtimes
 * that the ledger expects to be wrong.
 */
export function withSweeps(
  found: { verdict: Verdict; because: string },
  cells: readonly ParityCell[],
  sweeps: readonly Sweep[],
): { verdict: Verdict; because: string } {
  const excused = new Set(cells.filter(({ expectation }) => expectation !== null).map(runtimeId));
  const bad = sweeps.filter(
    (sweep) =>
      !excused.has(runtimeId(sweep)) &&
      sweep.variants.some(({ status }) => status === "fail" || status === "error"),
  );
  if (bad.length === 0) return found;
  const said = bad.map((sweep) => `${runtimeId(sweep)}, swept over ${sweep.axis}: ${sweep.because}`);
  return {
    verdict: "fail",
    because: [...(found.verdict === "fail" ? [found.because] : []), ...said].join("; "),
  };
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
