import { asValue, unbounded } from "../errors.js";
import { EXACT, type Rule, type RuleCall } from "../rule.js";
import { sharedMoved } from "../shared.js";

/**
 * Operators that put elements elsewhere: the errors go the same way as the elements.
 *
 * @param data positions of the inputs whose elements are moved; the others say where to. Default: all
 */
export function movement(...data: readonly number[]): Rule {
  return (rule) => {
    const { call, errors, outputs, run } = rule;
    const moves = (position: number) => data.length === 0 || data.includes(position);
    const lost = errors.some((each, position) => each !== null && !moves(position));
    const any = errors.some((each) => each !== null);
    if (lost) return outputs.map((y) => ({ passed: unbounded(y.data.length), own: null, why: EXACT }));
    if (!any) return outputs.map(() => ({ passed: null, own: null, why: EXACT }));
    const inputs = call.inputs.map((x, position) =>
      x && moves(position) ? asValue(x, errors[position] ?? null) : x,
    );
    const shared = sharedMoved(rule, moves);
    return run(inputs).map(({ data: each }, place) => ({
      passed: each as Float64Array,
      own: null,
      why: EXACT,
      shared: shared[place] ?? null,
    }));
  };
}

/** Operators that may put an element in several places: its error is then one for all of them. */
export function repeating(repeats: (rule: RuleCall) => boolean): Rule {
  const moving = movement(0);
  return (rule) => moving(rule).map((bound) => (repeats(rule) ? { ...bound, shared: bound.passed } : bound));
}

export function growsLarger({ call, outputs }: RuleCall): boolean {
  return (outputs[0]?.data.length ?? 0) > call.input(0).data.length;
}

export function gathersTwice({ call }: RuleCall): boolean {
  const indices = call.numbers(1);
  return new Set(indices).size < indices.length;
}
