import type { CellStatus, ParityCell, RuntimeName, Verdict } from "@congruent/core";

/** Statuses that a failed report names. An unexpected pass is one: a ledger that is not true any more hides the next failure. */
const BAD: readonly CellStatus[] = ["fail", "error", "unexpected-pass"];

/** Statuses of cells that have numbers. */
const MEASURED: readonly CellStatus[] = ["pass", "fail", "expected-fail", "unexpected-pass"];

/**
 * - `fail`: a runtime differs, broke, or passed against the ledger;
 * - `inconclusive`: fewer than two runtimes computed anything, so nothing was compared;
 * - `pass`: all others agree, apart from what the ledger expects.
 *
 * @example
 * ```ts
 * const cell = {
 *   runtime: "node-cpu", status: "pass", reason: null, fix: null, versions: {}, adapter: null, samples: 1,
 *   seconds: 0.01, outputs: [], decisions: null, expectation: null, firstDivergence: null,
 * } as const;
 * verdictOf([cell, { ...cell, runtime: "web-wasm" }]); // => { verdict: "pass", because: "node-cpu, web-wasm agree" }
 * verdictOf([cell, { ...cell, runtime: "web-wasm", status: "fail" }]).because; // => "web-wasm: fail"
 * verdictOf([cell]).verdict; // => "inconclusive"
 * ```
 */
export function verdictOf(cells: readonly ParityCell[]): { verdict: Verdict; because: string } {
  const bad = cells.filter((cell) => BAD.includes(cell.status));
  if (bad.length > 0) {
    return { verdict: "fail", because: bad.map(({ runtime, status }) => `${runtime}: ${status}`).join(", ") };
  }
  const measured = cells.filter((cell) => MEASURED.includes(cell.status));
  if (measured.length < 2) {
    return {
      verdict: "inconclusive",
      because: `only ${measured.length} of ${cells.length} runtimes computed anything: there is nothing to compare`,
    };
  }
  const named = (status: CellStatus): RuntimeName[] =>
    measured.filter((cell) => cell.status === status).map((cell) => cell.runtime);
  const agreeing = named("pass");
  const expected = named("expected-fail");
  if (agreeing.length < 2) {
    return {
      verdict: "inconclusive",
      because: `no two runtimes agree: ${expected.join(", ")} fails as the ledger expects, and nothing else was compared`,
    };
  }
  const exceptions = expected.length > 0 ? `; ${expected.join(" and ")} fail as the ledger expects` : "";
  return { verdict: "pass", because: `${agreeing.join(", ")} agree${exceptions}` };
}
