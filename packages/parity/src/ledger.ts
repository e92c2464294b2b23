/** Known divergences: what a ledger expects, and what it makes of a cell. */
import { CongruentError, type Ledger, ledgerSchema, type ParityCell } from "@congruent/core";
import { readJson } from "@congruent/core/files";
import { satisfies, validRange } from "semver";

export type Expectation = Ledger["expect"][number];

/** @throws CongruentError `E_NOT_FOUND`, `E_JSON`, `E_SCHEMA`, or `E_LEDGER` for a version range that is none and for a node */
export async function readLedger(path: string): Promise<Ledger> {
  const ledger = await readJson(path, ledgerSchema);
  checkLedger(ledger, path);
  return ledger;
}

/**
 * A range that cannot be read would match nothing, and the entry would be lost without a word. An entry narrowed to a node cannot be
 * held to it, as no report names the node at which a divergence begins: taken without, it would excuse every other fault as well.
 */
export function checkLedger(ledger: Ledger, source = "the ledger"): void {
  for (const [index, { versions, node }] of ledger.expect.entries()) {
    if (node !== undefined) {
      throw new CongruentError({
        code: "E_LEDGER",
        what: `entry ${index} of ${source} is narrowed to the node "${node}", which cannot be checked yet: no report names the first node that diverges`,
        expected: "an entry narrowed by model, runtime, versions and adapter alone",
        fix: "say the node in the entry's reason, and remove its field",
      });
    }
    if (versions === undefined || validRange(versions) !== null) continue;
    throw new CongruentError({
      code: "E_LEDGER",
      what: `entry ${index} of ${source} has the versions "${versions}"`,
      expected: "a range of semantic versions, such as >=1.30.0 <1.31.0",
    });
  }
}

/** The first entry that speaks of this cell, or null. */
export function expectationFor(
  cell: ParityCell,
  modelNames: readonly string[],
  ledger: Ledger,
): Expectation | null {
  return ledger.expect.find((entry) => matches(entry, cell, modelNames)) ?? null;
}

function matches(entry: Expectation, cell: ParityCell, modelNames: readonly string[]): boolean {
  if (entry.runtime !== cell.runtime) return false;
  if (entry.model !== "*" && !modelNames.includes(entry.model)) return false;
  if (entry.versions !== undefined) {
    const version = cell.versions.onnxruntime;
    if (version === undefined || !satisfies(version, entry.versions, { includePrerelease: true }))
      return false;
  }
  if (entry.adapter !== undefined) {
    return cell.adapter?.toLowerCase().includes(entry.adapter.toLowerCase()) ?? false;
  }
  return true;
}

/** The cell as the ledger sees it. Only numbers can be expected to be wrong: a crash or an absent runtime stays what it is. */
export function applyLedger(cell: ParityCell, modelNames: readonly string[], ledger: Ledger): ParityCell {
  if (cell.status !== "pass" && cell.status !== "fail") return cell;
  const entry = expectationFor(cell, modelNames, ledger);
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
