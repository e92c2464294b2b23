/** Runs judged by the reference: element by element on its samples, by what it learned of the model on the others. */
import { CongruentError, messageOf, type Tensor } from "@congruent/core";
import type { Comparison } from "@congruent/runtime";
import { pickSamples } from "./bisect/samples.js";
import type { Ran, Rules } from "./cell-of.js";
import type { Decision, Judgement } from "./decision.js";
import {
  familyOf,
  isPlainRun,
  named,
  type RunPlain,
  type Settled,
  settingOf,
  settle,
  shownBeside,
  undecidedReason,
} from "./judge-by-vote.js";
import { type Learned, learnedOf, learnedTolerance } from "./learned-bounds.js";
import {
  type AgainstReference,
  type Allowance,
  againstReference,
  allowanceOf,
  commonRows,
  type Pair,
  pairOf,
} from "./pairs.js";
import type { Tensors } from "./runner.js";
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

/**
 * A run that is within the reference's bounds on a sample never fails by comparison with another one on that sample. On samples that the
 * reference did not run, two runs that are farther apart than it has learned to expect are put before it; where it gives no answer, the
 * majority of independent witnesses decides, or nobody.
 *
 * @param runs without the reference
 */
export async function judgeByReference(
  runs: readonly Ran[],
  reference: Ran,
  rules: Rules,
  ask: Ask,
): Promise<Decision> {
  const judged = new Map(runs.map((run) => [run, first(run, reference, rules)]));
  const right = runs.filter((run) => isRight(judged.get(run)));
  const baseline = shownBeside(right) ?? reference;
  const learned = learnedBy(reference, rules);
  const notes: string[] = [];

  const later = await beyond(right, reference, learned, rules, ask);
  notes.push(...later.notes);
  const unknown = await withoutBound(right, reference, learned, rules, ask);

  const judgements: Judgement[] = [];
  for (const run of runs) {
    const own = judged.get(run) as FirstLook;
    if (own.error !== null) {
      judgements.push({ run, status: "error", reason: own.error, compared: null, toReference: null });
      continue;
    }
    const verdict = verdictOfRun(own, later.found.get(run), unknown.found.get(run), rules);
    const compared = shown(run, baseline, verdict.status, own.toReference, learned, rules);
    judgements.push({ run, ...verdict, compared, toReference: own.toReference });
    // A runtime that is wrong on the reference's samples may be right with the graph as it is: then it is the optimizer's doing.
    const rewritten = run.variant === null && !isPlainRun(run) && own.toReference?.comparison.reason != null;
    if (verdict.status !== "fail" || !rewritten || rules.gate.on === "flips") continue;
    const plain = await ask.runPlain(run);
    const again = plain && first(plain, reference, rules);
    if (!plain || !isRight(again ?? undefined)) continue;
    notes.push(
      `${named([run])} disagrees with itself (${settingOf(run)} against ${settingOf(plain)}): right is ${settingOf(plain)}, so it is ONNX Runtime's rewriting of the graph that makes it wrong`,
    );
    const toReference = (again as FirstLook).toReference;
    const beside = shown(plain, baseline, "pass", toReference, learned, rules);
    judgements.push({ run: plain, status: "pass", reason: null, compared: beside, toReference });
  }
  for (const witness of unknown.added) {
    const { toReference } = first(witness, reference, rules);
    const status = isRight({ toReference, error: null }) ? "pass" : "fail";
    const reason = status === "pass" ? null : `against the reference: ${toReference?.comparison.reason}`;
    const beside = shown(witness, baseline, status, toReference, learned, rules);
    judgements.push({ run: witness, status, reason, compared: beside, toReference });
  }
  notes.push(...togetherAgainst(runs, right, rules));
  return { judgements, baseline, notes, open: unknown.open };
}

/**
 * One run, by the reference alone.
 *
 * @throws CongruentError where it cannot be compared
 */
export function judgeOne(run: Ran, reference: Ran, baseline: Ran, rules: Rules): Judgement {
  const toReference = againstReference(run, reference, rules);
  const verdict = verdictOfRun({ toReference, error: null }, undefined, undefined, rules);
  const compared = shown(run, baseline, verdict.status, toReference, learnedBy(reference, rules), rules);
  return { run, ...verdict, compared, toReference };
}

interface FirstLook {
  toReference: AgainstReference | null;
  error: string | null;
}

function first(run: Ran, reference: Ran, rules: Rules): FirstLook {
  try {
    return { toReference: againstReference(run, reference, rules), error: null };
  } catch (error) {
    return { toReference: null, error: error instanceof CongruentError ? error.what : messageOf(error) };
  }
}

function isRight(look: FirstLook | undefined): boolean {
  return look?.toReference != null && look.toReference.comparison.reason === null;
}

type Status = Pick<Judgement, "status" | "reason">;

function verdictOfRun(
  { toReference }: FirstLook,
  later: Status | undefined,
  unknown: Status | undefined,
  { gate }: Rules,
): Status {
  const comparison = (toReference as AgainstReference).comparison;
  const flips = comparison.decisions?.flips ?? 0;
  const reasons = [
    gate.on !== "flips" && comparison.reason !== null ? `against the reference: ${comparison.reason}` : null,
    gate.on !== "numbers" && flips > gate.maxFlips
      ? `${flips} of ${comparison.decisions?.samples} decisions flip, more than ${gate.maxFlips}`
      : null,
  ].filter((reason) => reason !== null);
  if (reasons.length > 0) return { status: "fail", reason: reasons.join("; ") };
  const others = [later, unknown].filter((each) => each !== undefined);
  const worst =
    others.find(({ status }) => status === "fail") ?? others.find(({ status }) => status === "inconclusive");
  return worst ?? { status: "pass", reason: null };
}

type LearnedOutputs = ReadonlyMap<string, Learned>;

function learnedBy({ result: { bounds } }: Ran, { tolerance }: Rules): LearnedOutputs {
  if (!bounds || tolerance) return new Map();
  return new Map(Object.entries(bounds).map(([name, bound]) => [name, learnedOf(bound)]));
}

/** On samples that the reference did not run. Outputs that its analysis leaves out, such as whole numbers, keep the file's rule. */
function laterAllowance(learned: LearnedOutputs, samples: number, rules: Rules): Allowance {
  const own = allowanceOf(rules);
  return (name, dtype, scale) => {
    const known = learned.get(name);
    return known && known.unbounded < known.elements
      ? learnedTolerance(known, scale, samples)
      : own(name, dtype, scale);
  };
}

interface Found {
  found: Map<Ran, Status>;
  notes: string[];
}

/** What is decided on the samples that the reference did not run. */
async function beyond(
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
    const { toReference, error } = first(own, ran, { ...rules, labels: undefined });
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

/** What is decided of outputs, and of elements, of which the error analysis says nothing. */
async function withoutBound(
  right: readonly Ran[],
  reference: Ran,
  learned: LearnedOutputs,
  rules: Rules,
  { runPlain }: Ask,
): Promise<Found & { open: string | null; added: Ran[] }> {
  const blind = [...learned].filter(([, { unbounded, elements }]) => elements > 0 && unbounded === elements);
  const partly = [...learned].filter(([, { unbounded, elements }]) => unbounded > 0 && unbounded < elements);
  const nothing = { found: new Map<Ran, Status>(), notes: [], open: null, added: [] };
  if (blind.length + partly.length === 0 || right.length === 0 || rules.gate.on === "flips") return nothing;
  const allowance = allowanceOf(rules);
  const views = new Map<Ran, { blind: Tensors; partly: Tensors }>();
  const viewOf = (run: Ran) => {
    const known = views.get(run);
    if (known) return known;
    const outputs = commonRows(run, reference, 0, rules)[0];
    const view = {
      blind: Object.fromEntries(blind.flatMap(([name]) => (outputs[name] ? [[name, outputs[name]]] : []))),
      partly: Object.fromEntries(
        partly.flatMap(([name]) => {
          const output = outputs[name];
          const errors = reference.result.bounds?.[name]?.errors.data;
          return output && errors ? [[name, onlyUnbounded(output, errors)]] : [];
        }),
      ),
    };
    views.set(run, view);
    return view;
  };
  const compare = (a: Ran, b: Ran): Pair => {
    const [own, others] = [viewOf(a), viewOf(b)];
    const whole = pairOf(own.blind, others.blind, allowance, rules);
    const some = pairOf(own.partly, others.partly, allowance, rules);
    if (whole.relation !== "agree" || some.relation === "agree") return whole;
    // Where the analysis knows no bound, a large difference need not be wrong.
    return { relation: "unknown", comparison: some.comparison };
  };
  const settled = await settle(right, compare, blind.length > 0 ? runPlain : async () => null);
  const { voters, vote: found, pair } = settled;
  const added = voters.filter((run) => !right.includes(run));
  if (found.camps.length === 1) {
    const open =
      blind.length > 0 && found.winner === null
        ? `the reference's error analysis says nothing of ${blind.map(([name]) => name).join(", ")}, and of those that agree on it ${found.why}`
        : null;
    return { ...nothing, open, added };
  }
  const winner = found.winner?.map((index) => voters[index] as Ran) ?? [];
  const [one] = winner;
  const statuses = voters.flatMap((run, index): [Ran, Status][] => {
    if (found.winner?.includes(index)) return [];
    const said = "where the reference has no bound";
    if (one && found.wrong.includes(index)) {
      return [
        [
          run,
          {
            status: "fail",
            reason: `${said}, against ${named(winner)}: ${pair(run, one).comparison.reason}`,
          },
        ],
      ];
    }
    return [[run, { status: "inconclusive", reason: `${said}, ${undecidedReason(settled, run)}` }]];
  });
  return { ...nothing, found: new Map(statuses), added };
}

/** A copy in which every element that has a bound is zero, so that only the others are compared. */
function onlyUnbounded(output: Tensor, errors: Float64Array): Tensor {
  const data = output.data.slice() as Tensor["data"];
  const zero = data instanceof BigInt64Array || data instanceof BigUint64Array ? 0n : 0;
  for (let i = 0; i < data.length; i++) {
    if ((errors[i] ?? 0) < Number.POSITIVE_INFINITY) (data as unknown as (number | bigint)[])[i] = zero;
  }
  return { ...output, data } as Tensor;
}

/** A run beside the baseline, on all samples. On those that the reference judged, it decides what is within. */
function shown(
  run: Ran,
  baseline: Ran,
  status: Judgement["status"],
  toReference: AgainstReference | null,
  learned: LearnedOutputs,
  rules: Rules,
): Comparison {
  if (baseline.runner.isReference && toReference) return toReference.comparison;
  const allowance = laterAllowance(learned, toReference?.samples ?? 0, rules);
  const [own, others] = commonRows(run, baseline, 0, rules);
  const { comparison } = pairOf(own, others, allowance, rules, rules.labels);
  const outputs = comparison.outputs.map((output) => {
    const judged = toReference?.comparison.outputs.find(({ name }) => name === output.name);
    if (status !== "pass") return { ...output, within: (judged?.within ?? true) && output.within };
    if (output.within) return output;
    return {
      ...output,
      within: true,
      why: `${output.why}; the reference decides, and finds more than that right`,
    };
  });
  const flips = toReference?.comparison.decisions ?? null;
  // A wrong baseline shows no flips for itself and for runtimes with the same fault. The comparison with the reference does.
  const decisions = flips && flips.flips > (comparison.decisions?.flips ?? 0) ? flips : comparison.decisions;
  return { ...comparison, outputs, decisions };
}

function labelsFrom(labels: Rules["labels"], from: number): Rules["labels"] {
  return labels && Array.from(labels).slice(from);
}

/** Many witnesses against the reference: one of both reads the model differently. */
function togetherAgainst(runs: readonly Ran[], right: readonly Ran[], rules: Rules): string[] {
  const families = new Set(runs.map(familyOf));
  if (right.length > 0 || families.size < 2) return [];
  const allowance = allowanceOf(rules);
  const [one, ...others] = runs;
  const agree = others.every((other) => {
    const [own, theirs] = commonRows(one as Ran, other, 0, rules);
    return pairOf(own, theirs, allowance, rules).relation === "agree";
  });
  if (!agree) return [];
  return [
    `${named(runs)} differ from the reference and agree with each other: either they share a mistake, or the reference reads the model differently; compare with another tool, and report what is wrong`,
  ];
}
