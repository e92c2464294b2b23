/** Known divergences: reads a ledger and applies its expectations to cells. */
import { CongruentError, DEFAULT_BROWSER, type RuntimeId, runtimeId } from "@congruent/core";
import { readJson } from "@congruent/core/files";
import { type Ledger, ledgerSchema, type ParityCell, type ParityReport } from "@congruent/core/schemas";
import { satisfies, validRange } from "semver";

export type Expectation = Ledger["expect"][number];
type Unused = ParityReport["unusedExpectations"][number];

/** @throws CongruentError `E_NOT_FOUND`, `E_JSON`, `E_SCHEMA`, or `E_LEDGER` for a version range that cannot be read */
export async function readLedger(path: string): Promise<Ledger> {
  const ledger = await readJson(path, ledgerSchema);
  checkLedger(ledger, path);
  return ledger;
}

/** A range that cannot be read would match nothing, and its expectation would be lost silently. */
export function checkLedger(ledger: Ledger, source = "the ledger"): void {
  for (const [index, { versions }] of ledger.expect.entries()) {
    if (versions === undefined || validRange(versions) !== null) continue;
    throw new CongruentError({
      code: "E_LEDGER",
      what: `entry ${index} of ${source} has the versions "${versions}"`,
      expected: "a range of semantic versions, such as >=1.30.0 <1.31.0",
    });
  }
}

/** The cell after the ledger. Only wrong numbers can be expected: a crash or an absent runtime stays what it is. */
export function applyLedger(cell: ParityCell, modelNames: readonly string[], ledger: Ledger): ParityCell {
  if (cell.status !== "pass" && cell.status !== "fail") return cell;
  const entry = ledger.expect.find((each) => isFor(each, modelNames) && whyNot(each, cell) === null);
  if (!entry) return cell;
  const expectation = { reason: entry.reason, link: entry.link ?? null };
  if (cell.status === "fail") return { ...cell, status: "expected-fail", expectation };
  return {
    ...cell,
    status: "unexpected-pass",
    reason: "the ledger expects this runtime to fail, and it does not",
    fix: "remove the entry from the ledger, or narrow its versions",
    expectation,
  };
}

/**
 * The expectations for this model that no cell needed, each with the reason: one that is never used may be out of date unseen.
 *
 * @param cells after the ledger was applied
 * @param uncompared a runtime whose cell was compared with nothing, and why
 */
export function unusedExpectations(
  cells: readonly ParityCell[],
  modelNames: readonly string[],
  ledger: Ledger,
  uncompared: Partial<Record<RuntimeId, string>>,
): Unused[] {
  return ledger.expect.flatMap((entry, index): Unused[] => {
    if (!isFor(entry, modelNames)) return [];
    const own = cells.filter((cell) => whyOtherRuntime(entry, cell) === null);
    const used = own.some((cell) => cell.expectation !== null && whyNot(entry, cell) === null);
    if (used) return [];
    const [first] = own;
    const why = first ? (uncompared[runtimeId(first)] ?? unusedBy(entry, first)) : "it was not run";
    return [
      {
        entry: index,
        runtime: entry.runtime,
        browser: entry.browser ?? null,
        reason: entry.reason,
        why: why ?? "another entry comes first",
      },
    ];
  });
}

function unusedBy(entry: Expectation, cell: ParityCell): string | undefined {
  if (cell.status === "unavailable") return "it is not available here";
  if (cell.status === "error") return "it ended with an error, which no ledger excuses";
  return whyNot(entry, cell) ?? undefined;
}

function isFor(entry: Expectation, modelNames: readonly string[]): boolean {
  return entry.model === "*" || modelNames.includes(entry.model);
}

/** An expectation without a browser holds for every browser. */
function whyOtherRuntime({ runtime, browser }: Expectation, cell: ParityCell): string | null {
  if (runtime !== cell.runtime) return `it is for ${runtime}`;
  const here = cell.browser ?? DEFAULT_BROWSER;
  return browser === undefined || browser === here ? null : `it is for ${browser}, and this is ${here}`;
}

/** Why an expectation does not apply to a cell; null if it does. */
function whyNot(entry: Expectation, cell: ParityCell): string | null {
  const other = whyOtherRuntime(entry, cell);
  if (other !== null) return other;
  const version = cell.versions.onnxruntime;
  if (entry.versions !== undefined) {
    const inside = version !== undefined && satisfies(version, entry.versions, { includePrerelease: true });
    if (!inside)
      return `it is for ONNX Runtime ${entry.versions}, and this is ${version ?? "an unknown version"}`;
  }
  if (entry.adapter !== undefined) {
    const inside = cell.adapter?.toLowerCase().includes(entry.adapter.toLowerCase()) ?? false;
    if (!inside) return `it is for the adapter ${entry.adapter}, and this is ${cell.adapter ?? "unknown"}`;
  }
  // A runtime that agrees diverges at no node at all, this one included.
  const wrong = cell.status === "fail" || cell.status === "expected-fail";
  if (entry.node !== undefined && wrong && cell.firstDivergence?.node !== entry.node) {
    const where = cell.firstDivergence?.node;
    return where === undefined
      ? `it is for the node ${entry.node}, and where this divergence begins was not searched: add --bisect`
      : `it is for the node ${entry.node}, and this divergence begins at ${where}`;
  }
  return null;
}
