/** Runs judged by the reference: element by element on its samples, by what it learned of the model on the others. */
import { besideBaseline } from "./beside-baseline.js";
import { type Ask, beyondSamples } from "./beyond-samples.js";
import type { Ran, Rules } from "./cell-of.js";
import type { Decision, Judgement } from "./decision.js";
import { type FirstLook, firstLook, isRight, type Status } from "./first-look.js";
import { shownBeside } from "./judge-by-vote.js";
import { learnedBy } from "./learned-allowance.js";
import { type AgainstReference, againstReference, allowanceOf, commonRows, pairOf } from "./pairs.js";
import { familyOf, isPlainRun, named, settingOf } from "./settle.js";
import { withoutBound } from "./without-bound.js";

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
  const judged = new Map(runs.map((run) => [run, firstLook(run, reference, rules)]));
  const right = runs.filter((run) => isRight(judged.get(run)));
  const baseline = shownBeside(right) ?? reference;
  const learned = learnedBy(reference, rules);
  const notes: string[] = [];

  const later = await beyondSamples(right, reference, learned, rules, ask);
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
    const compared = besideBaseline(run, baseline, verdict.status, own.toReference, learned, rules);
    judgements.push({ run, ...verdict, compared, toReference: own.toReference });
    // A runtime that is wrong on the reference's samples may be right with the graph as it is: then it is the optimizer's doing.
    const rewritten = run.variant === null && !isPlainRun(run) && own.toReference?.comparison.reason != null;
    if (verdict.status !== "fail" || !rewritten || rules.gate.on === "flips") continue;
    const plain = await ask.runPlain(run);
    const again = plain && firstLook(plain, reference, rules);
    if (!plain || !isRight(again ?? undefined)) continue;
    notes.push(
      `${named([run])} disagrees with itself (${settingOf(run)} against ${settingOf(plain)}): right is ${settingOf(plain)}, so it is ONNX Runtime's rewriting of the graph that makes it wrong`,
    );
    const toReference = (again as FirstLook).toReference;
    const beside = besideBaseline(plain, baseline, "pass", toReference, learned, rules);
    judgements.push({ run: plain, status: "pass", reason: null, compared: beside, toReference });
  }
  for (const witness of unknown.added) {
    const { toReference } = firstLook(witness, reference, rules);
    const status = isRight({ toReference, error: null }) ? "pass" : "fail";
    const reason = status === "pass" ? null : `against the reference: ${toReference?.comparison.reason}`;
    const beside = besideBaseline(witness, baseline, status, toReference, learned, rules);
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
  const compared = besideBaseline(
    run,
    baseline,
    verdict.status,
    toReference,
    learnedBy(reference, rules),
    rules,
  );
  return { run, ...verdict, compared, toReference };
}

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
