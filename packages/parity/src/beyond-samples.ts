/** Samples that the reference did not run: a first look by what it has learned, then the reference again. */

import { pickSamples } from "./bisect/samples.js";
import type { Ran, Rules } from "./cell-of.js";
import { type Found, firstLook, type Status } from "./first-look.js";
import { familyOf, named, type RunPlain, type Settled, settle, undecidedReason } from "./judge-by-vote.js";
import { type LearnedOutputs, laterAllowance } from "./learned-allowance.js";
import { learnedOf } from "./learned-bounds.js";
import { commonRows, type Pair, pairOf } from "./pairs.js";
import { vote } from "./vote.js";

export interface Ask {
  runPlain: RunPlain;
  /** The reference's run of some samples, and whether of all that were asked about; or why it gave none. */
  reference(
    samples: readonly number[],
  ): Promise<{ ran: Ran; samples: number[]; complete: boolean } | { why: string }>;
}

/** Samples beyond its own that the reference is asked about. */
const SUSPECTS = 4;

/** What is decided on the samples that the reference did not run. */
export async function beyondSamples(
  right: readonly Ran[],
  reference: Ran,
  learned: LearnedOutputs,
  rules: Rules,
  ask: Ask,
): Promise<Found> {
  const nothing: Found = { found: new Map(), notes: [] };
  const from = reference.result.samples;
  const more = right.filter((run) => run.result.samples > from);
  if (rules.batching.mode === "once" || more.length < 2) return nothing;
  const allowance = laterAllowance(learned, from, rules);
  const compare = (a: Ran, b: Ran): Pair => {
    const [own, others] = commonRows(a, b, from, rules);
    return pairOf(own, others, allowance, rules, labelsFrom(rules.labels, from));
  };
  // The reference found them right on its samples: nothing that an optimizer does to all alike is left to fear.
  const settled = await settle(more, compare, async () => null);
  const open = vote(
    more.map((run) => ({ family: familyOf(run), plain: true })),
    (a, b) => settled.pair(more[Math.min(a, b)] as Ran, more[Math.max(a, b)] as Ran).relation,
  );
  if (open.camps.length === 1) return nothing;
  const suspects = suspectsOf(more, settled.pair, from);
  const answer = suspects.length > 0 ? await ask.reference(suspects) : { why: "no sample can be named" };
  if ("ran" in answer) return byReference(more, answer, rules, settled);
  const votes: Settled = { ...settled, vote: open };
  const winner = open.winner?.map((index) => more[index] as Ran) ?? [];
  const said = `beyond the reference's ${from} samples`;
  for (const [index, run] of more.entries()) {
    if (open.winner?.includes(index)) continue;
    const [one] = winner;
    const wrong = open.wrong.includes(index) && one;
    nothing.found.set(
      run,
      wrong
        ? {
            status: "fail",
            reason: `${said}, against ${named(winner)}: ${settled.pair(run, one).comparison.reason}`,
          }
        : {
            status: "inconclusive",
            reason: `${said}, ${undecidedReason(votes, run)}; the reference did not decide: ${answer.why}`,
          },
    );
  }
  return nothing;
}

/** The reference's word on samples at which runs are far apart. */
function byReference(
  runs: readonly Ran[],
  { ran, samples, complete }: { ran: Ran; samples: number[]; complete: boolean },
  rules: Rules,
  { pair }: Settled,
): Found {
  const found = new Map<Ran, Status>();
  const which = `sample${samples.length === 1 ? "" : "s"} ${samples
    .toSorted((a, b) => a - b)
    .slice(0, SUSPECTS)
    .join(", ")}`;
  for (const run of runs) {
    const own: Ran = {
      ...run,
      result: { ...run.result, outputs: pickSamples(run.result.outputs, samples), samples: samples.length },
    };
    const { toReference, error } = firstLook(own, ran, { ...rules, labels: undefined });
    const reason = error ?? toReference?.comparison.reason ?? null;
    if (reason !== null)
      found.set(run, { status: "fail", reason: `against the reference, on ${which}: ${reason}` });
  }
  const left = runs.filter((run) => !found.has(run));
  const [one, other] =
    left.flatMap((a) =>
      left.filter((b) => a !== b && pair(a, b).relation !== "agree").map((b) => [a, b] as const),
    )[0] ?? [];
  if (!one || !other) return { found, notes: [] };
  const known = Object.values(ran.result.bounds ?? {}).every((bound) => learnedOf(bound).unbounded === 0);
  if (!known || !complete) {
    const why = known ? "had no time for others" : "has no bound there";
    const reason = `on ${which}, beyond the reference's, nothing decides which is right: ${pair(one, other).comparison.reason}, and the reference ${why}`;
    for (const run of left) found.set(run, { status: "inconclusive", reason });
    return { found, notes: [] };
  }
  return {
    found,
    notes: [
      `${named([one])} and ${named([other])} are farther apart than expected on samples beyond the reference's (${pair(one, other).comparison.reason}); it was asked about ${which} and finds both right there`,
    ],
  };
}

/** The samples at which any two runs are farthest apart, the farthest first, as positions in all samples. */
function suspectsOf(runs: readonly Ran[], pair: Settled["pair"], from: number): number[] {
  const ranks: number[][] = [];
  const note = (sample: number | undefined, rank: number) => {
    if (sample === undefined) return;
    ranks[rank] = [...(ranks[rank] ?? []), sample + from];
  };
  for (const [index, a] of runs.entries()) {
    for (const b of runs.slice(index + 1)) {
      const { comparison, relation } = pair(a, b);
      if (relation === "agree") continue;
      for (const output of comparison.outputs) {
        if (output.within) continue;
        if (output.name === "label") {
          for (const [rank, flip] of (comparison.decisions?.list ?? []).slice(0, SUSPECTS).entries())
            note(flip.sample, rank);
        } else for (const [rank, worst] of (output.detail?.worst ?? []).entries()) note(worst.at[0], rank);
      }
    }
  }
  return [...new Set(ranks.flat())].slice(0, SUSPECTS);
}

function labelsFrom(labels: Rules["labels"], from: number): Rules["labels"] {
  return labels && Array.from(labels).slice(from);
}
