/** Outputs, and elements, of which the reference's error analysis says nothing: witnesses vote. */
import { rows, type Tensor } from "@congruent/core";
import type { Ask } from "./beyond-samples.js";
import type { Ran, Rules } from "./cell-of.js";
import type { Found, Status } from "./first-look.js";
import type { LearnedOutputs } from "./learned-allowance.js";
import { allowanceOf, type Pair, pairOf } from "./pairs.js";
import type { Tensors } from "./runner.js";
import { type Settled, settle, statusesOf } from "./settle.js";
import { outputsOn, type Stretch } from "./stretches.js";

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
  const named = ([name]: (typeof blind)[number]) => name;
  const views = { blind: blind.map(named), partly: partly.map(named) };
  const compare = (a: Ran, b: Ran, stretch: Stretch): Pair => {
    const [own, others] = [a, b].map((run) => viewOf(run, stretch, reference, views, rules)) as [View, View];
    const whole = pairOf(own.blind, others.blind, allowance, rules);
    const some = pairOf(own.partly, others.partly, allowance, rules);
    if (whole.relation !== "agree" || some.relation === "agree") return whole;
    // Where the analysis knows no bound, a large difference need not be wrong.
    return { relation: "unknown", comparison: some.comparison };
  };
  const { voters, stretches } = await settle(right, {
    rules,
    compare,
    runPlain: blind.length > 0 ? runPlain : async () => null,
    to: reference.result.samples,
  });
  const [{ vote: first }] = stretches as [Settled];
  const open =
    blind.length > 0 && first.camps.length === 1 && first.winner === null
      ? `the reference's error analysis says nothing of ${views.blind.join(", ")}, and of those that agree on it ${first.why}`
      : null;
  return {
    ...nothing,
    found: statusesOf(stretches, () => "where the reference has no bound, "),
    open,
    added: voters.filter((run) => !right.includes(run)),
  };
}

/** What is compared of a run: outputs without any bound, and the elements of others that have none. */
interface View {
  blind: Tensors;
  partly: Tensors;
}

function viewOf(
  run: Ran,
  stretch: Stretch,
  reference: Ran,
  names: Record<keyof View, readonly string[]>,
  rules: Rules,
): View {
  const outputs = outputsOn(run, stretch, rules);
  const those = (list: readonly string[], change: (name: string, output: Tensor) => Tensor): Tensors =>
    Object.fromEntries(list.flatMap((name) => (outputs[name] ? [[name, change(name, outputs[name])]] : [])));
  const errorsOf = (name: string): Float64Array => {
    const errors = reference.result.bounds?.[name]?.errors as Tensor<"float64">;
    return (rules.batching.mode === "once" ? errors : rows(errors, stretch.begin, stretch.end)).data;
  };
  return {
    blind: those(names.blind, (_, output) => output),
    partly: those(names.partly, (name, output) => onlyUnbounded(output, errorsOf(name))),
  };
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
