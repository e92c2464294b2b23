/** Outputs, and elements, of which the reference's error analysis says nothing: witnesses vote. */
import type { Tensor } from "@congruent/core";
import type { Ask } from "./beyond-samples.js";
import type { Ran, Rules } from "./cell-of.js";
import type { Found, Status } from "./first-look.js";
import { named, settle, undecidedReason } from "./judge-by-vote.js";
import type { LearnedOutputs } from "./learned-allowance.js";
import { allowanceOf, commonRows, type Pair, pairOf } from "./pairs.js";
import type { Tensors } from "./runner.js";

/** What is decided of outputs, and of elements, of which the error analysis says nothing. */
export async function withoutBound(
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
