import { splitAtAxis } from "../../shapes.js";
import type { Value } from "../../value.js";
import type { Errors } from "../errors.js";
import type { Rule, RuleCall } from "../rule.js";

interface Line {
  begin: number;
  step: number;
  count: number;
}

/** The groups that are normalized together; before opset 13 the axes from `axis` on are one. */
function linesOf({ call }: RuleCall): Line[] {
  const { dims } = call.input(0);
  const old = call.opset < 13;
  const axis = call.axis(call.int("axis", old ? 1 : -1), Math.max(1, dims.length));
  const { outer, size, inner } = splitAtAxis(dims, axis);
  if (old)
    return Array.from({ length: outer }, (_, o) => ({
      begin: o * size * inner,
      step: 1,
      count: size * inner,
    }));
  return Array.from({ length: outer * inner }, (_, at) => ({
    begin: Math.floor(at / inner) * size * inner + (at % inner),
    step: inner,
    count: size,
  }));
}

/** Roundings of a softmax over n elements, in ULP of the result, as the WebNN tests count them. */
const ulpsOf = (n: number) => 3 * n + 3;

/** WGSL's accuracy of exp(x), in ULP. */
const expUlps = (x: number) => 3 + 2 * Math.abs(x);

/**
 * y_i = e^(x_i) / Σ e^(x_j): errors of the arguments change the numerator by the factor e^(±e_i) and the denominator by one whose logarithm
 * is at most log Σ y_j e^(e_j); in the statistical model √Σ(y_j e_j)².
 */
function softmaxLike(
  change: (relative: number, y: number, x: number) => { passed: number; own: number },
): Rule {
  return (rule) => {
    const { call, errors, outputs, rounding } = rule;
    const [x, y] = [call.floats(0).data, (outputs[0] as Value).data as Float64Array];
    const [error] = errors;
    const own = new Float64Array(x.length);
    const passed: Errors = error ? new Float64Array(x.length) : null;
    const logarithmic = call.node.opType === "LogSoftmax";
    let longest = 0;
    for (const { begin, step, count } of linesOf(rule)) {
      longest = Math.max(longest, count);
      let most = Number.NEGATIVE_INFINITY;
      let linear = 0;
      let squares = 0;
      for (let k = 0; k < count; k++) {
        const i = begin + k * step;
        most = Math.max(most, x[i] as number);
        const share = logarithmic ? Math.exp(y[i] as number) : (y[i] as number);
        const e = error ? (error[i] as number) : 0;
        // An infinite error stands for anything, NaN too.
        linear += e === Number.POSITIVE_INFINITY ? e : share * Math.expm1(e);
        squares += e === Number.POSITIVE_INFINITY ? e : (share * e) ** 2;
      }
      const denominator =
        rounding.model === "worst" ? Math.log1p(linear) : Math.min(Math.log1p(linear), Math.sqrt(squares));
      const sum = 2 * rounding.of(ulpsOf(count));
      for (let k = 0; k < count; k++) {
        const i = begin + k * step;
        const below = Math.abs((x[i] as number) - most);
        // A mask's −infinity has no share, whatever its rounding.
        if (below === Number.POSITIVE_INFINITY && Number.isFinite(error?.[i] ?? 0)) continue;
        const rounds = sum + rounding.ulps(expUlps(below)) + rounding.unit * below;
        own[i] = change(rounds, y[i] as number, below).own + count * rounding.floor;
        if (passed) passed[i] = change((error?.[i] ?? 0) + denominator, y[i] as number, below).passed;
      }
    }
    const why = `${ulpsOf(longest)} ULP (3n + 3, the WebNN tests), and those of exp (3 + 2|x|, WGSL)`;
    return [{ passed, own, why }];
  };
}

export const softmax = softmaxLike((relative, y) => ({
  // A probability cannot leave [0, 1].
  passed: Number.isFinite(relative)
    ? Math.min(y * Math.expm1(relative), Math.max(y, 1 - y))
    : Number.POSITIVE_INFINITY,
  own: y * relative,
}));

/** The logarithm of the sum is rounded like the sum; the difference like the larger of its terms. */
export const logSoftmax = softmaxLike((relative, y) => ({
  passed: relative,
  own: relative + Math.abs(y) * 2 ** -22,
}));
