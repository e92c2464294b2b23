/** Samples that the reference did not run: a first look by what it has learned, then the reference again. */

import { pickSamples } from "./bisect/samples.js";
import type { Ran, Rules } from "./cell-of.js";
import { type Found, firstLook, type Status } from "./first-look.js";
import { type LearnedOutputs, laterAllowance } from "./learned-allowance.js";
import { learnedOf } from "./learned-bounds.js";
import { pairOf } from "./pairs.js";
import type { ReferenceBound, RunnerResult } from "./runner.js";
import { named, type RunPlain, type Settled, settle, statusesOf } from "./settle.js";
import { labelsOn, outputsOn } from "./stretches.js";

/** The reference's run of some samples, and whether of all that were asked about. */
interface Answer {
  ran: Ran;
  samples: number[];
  complete: boolean;
}

export interface Ask {
  runPlain: RunPlain;
  /** Or why it gave none. */
  reference(samples: readonly number[]): Promise<Answer | { why: string }>;
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
  const { stretches } = await settle(more, {
    rules,
    compare: (a, b, stretch) =>
      pairOf(
        outputsOn(a, stretch, rules),
        outputsOn(b, stretch, rules),
        allowance,
        rules,
        labelsOn(rules.labels, stretch),
      ),
    // The reference found them right on its samples: nothing that an optimizer does to all alike is left to fear.
    runPlain: null,
    from,
  });
  const open = stretches.filter(({ vote }) => vote.camps.length > 1);
  if (open.length === 0) return nothing;
  const suspects = suspectsOf(open);
  const answer = suspects.length > 0 ? await ask.reference(suspects) : { why: "no sample can be named" };
  if ("ran" in answer) return byReference(open, answer, rules);
  const found = statusesOf(open, () => `beyond the reference's ${from} samples, `);
  for (const [run, { status, reason }] of found) {
    if (status === "inconclusive")
      found.set(run, { status, reason: `${reason}; the reference did not decide: ${answer.why}` });
  }
  return { found, notes: [] };
}

/** The reference's word on samples at which runs are far apart, of every stretch. */
function byReference(stretches: readonly Settled[], answer: Answer, rules: Rules): Found {
  const found = new Map<Ran, Status>();
  const notes: string[] = [];
  for (const settled of stretches) {
    const voters = settled.voters.filter((run) => found.get(run)?.status !== "fail");
    const one = onStretch({ ...settled, voters }, answer, rules);
    for (const [run, status] of one.found)
      if (status.status === "fail" || !found.has(run)) found.set(run, status);
    notes.push(...one.notes);
  }
  return { found, notes };
}

function onStretch(
  { voters, pair, stretch }: Settled,
  { ran, samples, complete }: Answer,
  rules: Rules,
): Found {
  const found = new Map<Ran, Status>();
  const positions = samples.flatMap((sample, index) =>
    sample >= stretch.begin && sample < stretch.end ? [index] : [],
  );
  const asked = positions.map((index) => samples[index] as number);
  const listed = asked.toSorted((a, b) => a - b).slice(0, SUSPECTS);
  const which = `sample${listed.length === 1 ? "" : "s"} ${listed.join(", ")}`;
  for (const run of asked.length > 0 ? voters : []) {
    const { toReference, error } = firstLook(picked(run, asked), picked(ran, positions), {
      ...rules,
      labels: undefined,
    });
    const reason = error ?? toReference?.comparison.reason ?? null;
    if (reason !== null)
      found.set(run, { status: "fail", reason: `against the reference, on ${which}: ${reason}` });
  }
  const left = voters.filter((run) => !found.has(run));
  const [[one, other] = []] = left.flatMap((a, index) =>
    left.slice(index + 1).flatMap((b) => (pair(a, b).relation === "agree" ? [] : [[a, b] as const])),
  );
  if (!one || !other) return { found, notes: [] };
  const known = Object.values(ran.result.bounds ?? {}).every((bound) => learnedOf(bound).unbounded === 0);
  if (!known || !complete || asked.length === 0) {
    const why = known ? "had no time for others" : "has no bound there";
    const where =
      asked.length > 0
        ? `on ${which}, beyond the reference's`
        : `on samples ${stretch.begin} to ${stretch.end - 1}`;
    const reason = `${where}, nothing decides which is right: ${pair(one, other).comparison.reason}, and the reference ${why}`;
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

/** Some of a run's samples. */
function picked(run: Ran, samples: readonly number[]): Ran {
  const { outputs, bounds } = run.result;
  const some = { ...run.result, outputs: pickSamples(outputs, samples), samples: samples.length };
  return { ...run, result: bounds ? { ...some, bounds: pickedBounds(bounds, samples) } : some };
}

type Bounds = NonNullable<RunnerResult["bounds"]>;

function pickedBounds(bounds: Bounds, samples: readonly number[]): Bounds {
  const pick = ({ exact, errors, why }: ReferenceBound): ReferenceBound => ({
    ...(pickSamples({ exact, errors }, samples) as Pick<ReferenceBound, "exact" | "errors">),
    why,
  });
  return Object.fromEntries(Object.entries(bounds).map(([name, bound]) => [name, pick(bound)]));
}

/** The samples at which any two runs are farthest apart, the farthest first, as positions in all samples; some of every stretch. */
function suspectsOf(stretches: readonly Settled[]): number[] {
  const ranks: number[][] = [];
  const note = (sample: number, rank: number) => {
    ranks[rank] = [...(ranks[rank] ?? []), sample];
  };
  for (const settled of stretches)
    for (const [rank, sample] of farthest(settled).entries()) note(sample, rank);
  return [...new Set(ranks.flat())].slice(0, Math.max(SUSPECTS, stretches.length));
}

/** On one stretch. */
function farthest({ voters, pair, stretch: { begin } }: Settled): number[] {
  const ranks: number[][] = [];
  const note = (sample: number | undefined, rank: number) => {
    if (sample === undefined) return;
    ranks[rank] = [...(ranks[rank] ?? []), sample + begin];
  };
  for (const [index, a] of voters.entries()) {
    for (const b of voters.slice(index + 1)) {
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
