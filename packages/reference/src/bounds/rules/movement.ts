import { asValue, unbounded } from "../errors.js";
import { EXACT, type Rule } from "../rule.js";

/**
 * Operators that put elements elsewhere: the errors go the same way as the elements.
 *
 * @param data positions of the inputs whose elements are moved; the others say where to. Default: all
 */
export function movement(...data: readonly number[]): Rule {
  return ({ call, errors, outputs, run }) => {
    const moves = (position: number) => data.length === 0 || data.includes(position);
    const lost = errors.some((each, position) => each !== null && !moves(position));
    const any = errors.some((each) => each !== null);
    if (lost) return outputs.map((y) => ({ passed: unbounded(y.data.length), own: null, why: EXACT }));
    if (!any) return outputs.map(() => ({ passed: null, own: null, why: EXACT }));
    const inputs = call.inputs.map((x, position) =>
      x && moves(position) ? asValue(x, errors[position] ?? null) : x,
    );
    return run(inputs).map((moved) => ({ passed: moved.data as Float64Array, own: null, why: EXACT }));
  };
}
