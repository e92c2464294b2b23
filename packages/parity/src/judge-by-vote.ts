/** Runs judged without a reference: the majority of independent witnesses is right. */
import { type RuntimeId, runtimeDefinition, runtimeId } from "@congruent/core";
import { cellName } from "@congruent/core/schemas";
import { cellOfRun, type Ran, type Rules } from "./cell-of.js";
import type { Decision, Judgement } from "./decision.js";
import { allowanceOf, commonRows, type Pair, pairOf } from "./pairs.js";
import { type Relation, type Vote, vote } from "./vote.js";
import { isPlain, witnessFamily } from "./witness.js";

/** Runs a runtime once more, with the graph as it is in the file; null where it breaks. */
export type RunPlain = (run: Ran) => Promise<Ran | null>;

/** A vote with who took part. */
export interface Settled {
  /** The runs that were given, and witnesses that were added. */
  voters: Ran[];
  vote: Vote;
  pair(a: Ran, b: Ran): Pair;
}

/**
 * Lets runs vote. Witnesses are added where they can decide: one that runs the graph as it is in the file, if there is none; one for every
 * family of kernels, if the vote is open without them.
 *
 * @param compare symmetric in its relation
 */
export async function settle(
  runs: readonly Ran[],
  compare: (a: Ran, b: Ran) => Pair,
  runPlain: RunPlain,
): Promise<Settled> {
  const voters = [...runs];
  const pairs = new Map<Ran, Map<Ran, Pair>>();
  const pair = (a: Ran, b: Ran): Pair => {
    const known = pairs.get(a) ?? new Map<Ran, Pair>();
    pairs.set(a, known);
    const found = known.get(b) ?? compare(a, b);
    known.set(b, found);
    return found;
  };
  const count = () =>
    vote(
      voters.map((run) => ({ family: familyOf(run), plain: isPlainRun(run) })),
      (a, b) => relation(voters[a] as Ran, voters[b] as Ran),
    );
  // Which of both is asked must not matter.
  const relation = (a: Ran, b: Ran): Relation => {
    const [first, second] = voters.indexOf(a) < voters.indexOf(b) ? [a, b] : [b, a];
    return pair(first, second).relation;
  };
  const add = async (run: Ran | undefined) => {
    const witness = run && (await runPlain(run));
    if (witness) voters.splice(voters.indexOf(run) + 1, 0, witness);
  };
  const families = new Set(voters.map(familyOf));
  if (families.size > 1 && !voters.some(isPlainRun)) await add(voters.find(canBePlain));
  let found = count();
  if (families.size > 1 && found.winner === null && found.camps.length > 1) {
    for (const family of families) {
      const own = voters.filter((run) => familyOf(run) === family);
      if (!own.some(isPlainRun)) await add(own.find(canBePlain));
    }
    found = count();
  }
  return { voters, vote: found, pair };
}

export function familyOf(run: Ran): string {
  return witnessFamily(cellOfRun(run));
}

export function isPlainRun(run: Ran): boolean {
  return isPlain(cellOfRun(run));
}

/** A runtime whose graph an optimizer rewrites, as it runs by default. */
function canBePlain({ runner, variant }: Ran): boolean {
  return variant === null && runtimeDefinition(runner.runtime).optimizer !== null;
}

/**
 * @param runs all but a reference; at least one
 */
export async function judgeByVote(runs: readonly Ran[], rules: Rules, runPlain: RunPlain): Promise<Decision> {
  const allowance = allowanceOf(rules);
  const compare = (a: Ran, b: Ran): Pair => {
    const [own, others] = commonRows(a, b, 0, rules);
    return pairOf(own, others, allowance, rules, rules.labels);
  };
  const settled = await settle(runs, compare, runPlain);
  const { voters, vote: found } = settled;
  const right = found.winner?.map((index) => voters[index] as Ran) ?? null;
  const baseline = shownBeside(right ?? voters) as Ran;
  const judgements = voters.map((run, index): Judgement => {
    const shown = settled.pair(run, baseline).comparison;
    const known = { run, compared: shown, toReference: null };
    if (found.wrong.includes(index)) {
      return {
        ...known,
        status: "fail",
        reason: `against ${named(right ?? [])}: ${shown.reason ?? "other decisions"}`,
      };
    }
    // Where all agree the cells are no worse than each other: the verdict says what that is worth.
    if (!found.undecided.includes(index) || found.camps.length === 1)
      return { ...known, status: "pass", reason: null };
    return { ...known, status: "inconclusive", reason: undecidedReason(settled, run) };
  });
  return { judgements, baseline, notes: selfNotes(settled), open: null };
}

/** The run that others are shown beside: of those that are right, the first runtime as it is by default. */
export function shownBeside(right: readonly Ran[]): Ran | undefined {
  return right.find(({ variant }) => variant === null) ?? right[0];
}

/** Why nothing is decided of a run: from whom it differs, and why that proves nothing. */
export function undecidedReason({ voters, vote: found, pair }: Settled, run: Ran): string {
  const camp = found.camps.find((each) => each.includes(voters.indexOf(run))) ?? [];
  const others = voters.filter((_, index) => !camp.includes(index));
  const [first] = found.winner ? found.winner.map((index) => voters[index] as Ran) : others;
  const what = first ? pair(run, first).comparison.reason : null;
  const from = first ? `it differs from ${named(found.winner ? [first] : others)}` : "it differs";
  const why =
    found.why ?? "the difference is neither small enough for agreement nor large enough to call it wrong";
  return `nothing decides which is right: ${from}${what ? ` (${what})` : ""}, and ${why}`;
}

/** Runtimes whose numbers depend on a setting that must not matter. */
function selfNotes({ voters, vote: { camps, winner } }: Settled): string[] {
  const campOf = (run: Ran) => camps.find((camp) => camp.includes(voters.indexOf(run)));
  const ids = [...new Set(voters.map(({ runner }) => runtimeId(runner)))];
  return ids.flatMap((id: RuntimeId) => {
    const own = voters.filter(({ runner }) => runtimeId(runner) === id);
    if (new Set(own.map(campOf)).size < 2) return [];
    const right = own.filter((run) => campOf(run) === winner).map(settingOf);
    const verdict = winner === null || right.length === 0 ? "" : `: right is ${right.join(" and ")}`;
    return [`${id} disagrees with itself (${own.map(settingOf).join(" against ")})${verdict}`];
  });
}

export function settingOf({ variant, result: { optimization } }: Ran): string {
  if (variant !== null) return variant;
  return optimization ? `optimization ${optimization}` : "as it runs by default";
}

export function named(runs: readonly Ran[]): string {
  return runs.map((run) => cellName(cellOfRun(run))).join(", ");
}
