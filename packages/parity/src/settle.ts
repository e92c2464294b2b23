/** Runs that vote, on each stretch of samples that the same of them took. */
import { runtimeDefinition } from "@congruent/core";
import { cellName } from "@congruent/core/schemas";
import { cellOfRun, type Ran, type Rules } from "./cell-of.js";
import type { Status } from "./first-look.js";
import type { Pair } from "./pairs.js";
import { type Range, type Stretch, stretchesOf, took } from "./stretches.js";
import { type Relation, type Vote, vote } from "./vote.js";
import { isPlain, witnessFamily } from "./witness.js";

/** Runs a runtime once more, with the graph as it is in the file; null where it breaks. */
export type RunPlain = (run: Ran) => Promise<Ran | null>;

/** A vote on a stretch of samples, with who took part. */
export interface Settled {
  stretch: Stretch;
  voters: Ran[];
  vote: Vote;
  pair(a: Ran, b: Ran): Pair;
}

export interface SettleOptions extends Range {
  rules: Rules;
  /** What two runs gave for a stretch; symmetric in its relation. */
  compare(a: Ran, b: Ran, stretch: Stretch): Pair;
  /** Null where no witnesses are added, because the graph optimizer is known to be harmless. */
  runPlain: RunPlain | null;
}

/**
 * Lets runs vote. Witnesses are added where they can decide: one that runs the graph as it is in the file, if there is none; one for every
 * family of kernels, if a vote is open without them. Runs that are wrong on a stretch have no vote on later ones.
 *
 * @returns the runs that were given, and witnesses that were added; a vote for every stretch
 */
export async function settle(
  runs: readonly Ran[],
  { rules, compare, runPlain, ...range }: SettleOptions,
): Promise<{ voters: Ran[]; stretches: Settled[] }> {
  const voters = [...runs];
  const pairs = remembered(compare);
  const count = () => {
    const wrong = new Set<Ran>();
    return stretchesOf(voters, rules, range).map((stretch) => {
      const taking = voters.filter((run) => took(run, stretch, rules) && !wrong.has(run));
      const settled = settleOn(stretch, taking, pairs, runPlain === null);
      for (const index of settled.vote.wrong) wrong.add(taking[index] as Ran);
      return settled;
    });
  };
  const add = async (run: Ran | undefined) => {
    const witness = run && (await runPlain?.(run));
    if (witness) voters.splice(voters.indexOf(run) + 1, 0, witness);
  };
  const families = new Set(voters.map(familyOf));
  if (families.size > 1 && !voters.some(isPlainRun)) await add(voters.find(canBePlain));
  let found = count();
  if (runPlain && families.size > 1 && found.some(isOpen)) {
    for (const family of families) {
      const own = voters.filter((run) => familyOf(run) === family);
      if (!own.some(isPlainRun)) await add(own.find(canBePlain));
    }
    found = count();
  }
  return { voters, stretches: found };
}

type PairOn = (a: Ran, b: Ran, stretch: Stretch) => Pair;

function remembered(compare: PairOn): PairOn {
  const known = new Map<string, Map<Ran, Map<Ran, Pair>>>();
  return (a, b, stretch) => {
    const key = `${stretch.begin} ${stretch.end}`;
    const of = known.get(key) ?? new Map<Ran, Map<Ran, Pair>>();
    known.set(key, of);
    const besideA = of.get(a) ?? new Map<Ran, Pair>();
    of.set(a, besideA);
    const found = besideA.get(b) ?? compare(a, b, stretch);
    besideA.set(b, found);
    return found;
  };
}

function settleOn(stretch: Stretch, voters: Ran[], pairs: PairOn, allPlain: boolean): Settled {
  const pair = (a: Ran, b: Ran) => pairs(a, b, stretch);
  // Which of both is asked must not matter.
  const relation = (a: number, b: number): Relation =>
    pair(voters[Math.min(a, b)] as Ran, voters[Math.max(a, b)] as Ran).relation;
  const found = vote(
    voters.map((run) => ({ family: familyOf(run), plain: allPlain || isPlainRun(run) })),
    relation,
  );
  return { stretch, voters, vote: found, pair };
}

function isOpen({ vote: { winner, camps } }: Settled): boolean {
  return winner === null && camps.length > 1;
}

/**
 * What votes say of each run; a run of which they say nothing is no worse than the others.
 *
 * @param said where, for the reason
 */
export function statusesOf(
  stretches: readonly Settled[],
  said: (stretch: Stretch) => string,
): Map<Ran, Status> {
  const statuses = new Map<Ran, Status>();
  for (const settled of stretches) {
    const { voters, vote: found, pair, stretch } = settled;
    // Where all agree no run is worse than another: the verdict says what that is worth.
    if (found.camps.length === 1) continue;
    const winner = found.winner?.map((index) => voters[index] as Ran) ?? [];
    const [one] = winner;
    for (const [index, run] of voters.entries()) {
      if (found.winner?.includes(index)) continue;
      if (one && found.wrong.includes(index)) {
        const reason = `against ${named(winner)}: ${pair(run, one).comparison.reason ?? "other decisions"}`;
        statuses.set(run, { status: "fail", reason: said(stretch) + reason });
      } else if (!statuses.has(run)) {
        statuses.set(run, {
          status: "inconclusive",
          reason: said(stretch) + undecidedReason(settled, run),
        });
      }
    }
  }
  return statuses;
}

/** Why nothing is decided of a run: from whom it differs, and why that proves nothing. */
function undecidedReason({ voters, vote: found, pair }: Settled, run: Ran): string {
  const camp = found.camps.find((each) => each.includes(voters.indexOf(run))) ?? [];
  const others = voters.filter((_, index) => !camp.includes(index));
  const [first] = found.winner ? found.winner.map((index) => voters[index] as Ran) : others;
  const what = first ? pair(run, first).comparison.reason : null;
  const from = first ? `it differs from ${named(found.winner ? [first] : others)}` : "it differs";
  const why =
    found.why ?? "the difference is neither small enough for agreement nor large enough to call it wrong";
  return `nothing decides which is right: ${from}${what ? ` (${what})` : ""}, and ${why}`;
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

export function settingOf({ variant, result: { optimization } }: Ran): string {
  if (variant !== null) return variant;
  return optimization ? `optimization ${optimization}` : "as it runs by default";
}

export function named(runs: readonly Ran[]): string {
  return runs.map((run) => cellName(cellOfRun(run))).join(", ");
}
