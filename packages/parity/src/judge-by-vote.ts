/** Runs judged without a reference: the majority of independent witnesses is right. */
import { type RuntimeId, runtimeId } from "@congruent/core";
import type { Ran, Rules } from "./cell-of.js";
import type { Decision, Judgement } from "./decision.js";
import { allowanceOf, commonRows, pairOf } from "./pairs.js";
import { type RunPlain, type Settled, settingOf, settle, statusesOf } from "./settle.js";
import { labelsOn, outputsOn } from "./stretches.js";

/**
 * @param runs all but a reference; at least one
 */
export async function judgeByVote(runs: readonly Ran[], rules: Rules, runPlain: RunPlain): Promise<Decision> {
  const allowance = allowanceOf(rules);
  const { voters, stretches } = await settle(runs, {
    rules,
    compare: (a, b, stretch) =>
      pairOf(
        outputsOn(a, stretch, rules),
        outputsOn(b, stretch, rules),
        allowance,
        rules,
        labelsOn(rules.labels, stretch),
      ),
    runPlain,
  });
  const statuses = statusesOf(stretches, ({ begin, end }) =>
    begin > 0 ? `on samples ${begin} to ${end - 1}, ` : "",
  );
  const [first] = stretches as [Settled];
  const right = first.vote.winner?.map((index) => first.voters[index] as Ran) ?? voters;
  const baseline = shownBeside(right.filter((run) => !statuses.has(run))) ?? (shownBeside(right) as Ran);
  const judgements = voters.map((run): Judgement => {
    const [own, others] = commonRows(run, baseline, 0, rules);
    const { comparison, relation } = pairOf(own, others, allowance, rules, rules.labels);
    const known = { run, compared: comparison, toReference: null };
    const status = statuses.get(run);
    if (status) return { ...known, ...status };
    // Decisions are counted over all samples, of which no stretch may have too many by itself.
    return relation === "differ"
      ? {
          ...known,
          status: "inconclusive",
          reason: `over all samples, ${comparison.reason ?? "other decisions"}`,
        }
      : { ...known, status: "pass", reason: null };
  });
  return { judgements, baseline, notes: selfNotes(stretches), open: null };
}

/** The run that others are shown beside: of those that are right, the first runtime as it is by default. */
export function shownBeside(right: readonly Ran[]): Ran | undefined {
  return right.find(({ variant }) => variant === null) ?? right[0];
}

/** Runtimes whose numbers depend on a setting that must not matter. */
function selfNotes(stretches: readonly Settled[]): string[] {
  const ids = new Set(stretches.flatMap(({ voters }) => voters.map(({ runner }) => runtimeId(runner))));
  return [...ids].flatMap((id) => stretches.flatMap((settled) => selfNote(id, settled)).slice(0, 1));
}

function selfNote(id: RuntimeId, { voters, vote: { camps, winner } }: Settled): string[] {
  const campOf = (run: Ran) => camps.find((camp) => camp.includes(voters.indexOf(run)));
  const own = voters.filter(({ runner }) => runtimeId(runner) === id);
  if (new Set(own.map(campOf)).size < 2) return [];
  const right = own.filter((run) => campOf(run) === winner).map(settingOf);
  const verdict = winner === null || right.length === 0 ? "" : `: right is ${right.join(" and ")}`;
  return [`${id} disagrees with itself (${own.map(settingOf).join(" against ")})${verdict}`];
}
