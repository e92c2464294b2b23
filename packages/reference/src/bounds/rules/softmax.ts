import { splitAtAxis } from "../../shapes.js";
import type { Value } from "../../value.js";
import type { Errors } from "../errors.js";
import type { Rounding } from "../rounding.js";
import { coherent, type Rule, type RuleCall } from "../rule.js";

interface Line {
  begin: number;
  step: number;
  count: number;
}

/** The groups that are normalized together; before opset 13 the axes from `axis` on are one. */
export function linesOf({ call }: RuleCall): Line[] {
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

/** WGSL's accuracy of exp(x), in ULP. */
const expUlps = (x: number) => 3 + 2 * Math.abs(x);

/** One line's errors of log y_i = x_i − log Σ e^(x_j), from which those of y_i follow. */
interface Logarithmic {
  passed: number;
  own: number;
  /** How far x_i lies below the largest. */
  below: number;
}

/**
 * d log y_i = (1 − y_i) d_i − Σ y_j d_j over the others: what all arguments have in common cancels. The errors d are those of the arguments
 * (in the statistical model independent of each other), and of exp: 3 + 2|x| ULP by WGSL, and the rounding of x_i less the largest.
 * Besides, the sum rounds as a sum of positive terms, and the quotient has 2.5 ULP.
 */
function softmaxLike(
  finish: (given: Logarithmic, y: number, rule: RuleCall) => { passed: number; own: number },
): Rule {
  return (rule) => {
    const { call, errors, outputs, rounding } = rule;
    const [x, y] = [call.floats(0).data, (outputs[0] as Value).data as Float64Array];
    const [error] = errors;
    const own = new Float64Array(x.length);
    const passed: Errors = error ? new Float64Array(x.length) : null;
    const logarithmic = call.node.opType !== "Softmax";
    const together = coherent(rule);
    let longest = 0;
    for (const { begin, step, count } of linesOf(rule)) {
      longest = Math.max(longest, count);
      let most = Number.NEGATIVE_INFINITY;
      for (let k = 0; k < count; k++) most = Math.max(most, x[begin + k * step] as number);
      // The arguments' errors as they change the sum: linear, and squared; then exp's own.
      let [linear, squares, roundings, shares] = [0, 0, 0, 0];
      for (let k = 0; k < count; k++) {
        const i = begin + k * step;
        const share = logarithmic ? Math.exp(y[i] as number) : (y[i] as number);
        const e = error ? (error[i] as number) : 0;
        // An infinite error stands for anything, NaN too.
        linear += e === Number.POSITIVE_INFINITY ? e : share * Math.expm1(e);
        squares += e === Number.POSITIVE_INFINITY ? e : (share * Math.expm1(e)) ** 2;
        const rounds = share * ofExp(most - (x[i] as number), rounding);
        roundings += rounding.model === "worst" ? rounds : rounds * rounds;
        shares += share * share;
      }
      const sums =
        rounding.model === "worst"
          ? rounding.of(3 * count + 3) * 2 + roundings
          : rounding.sum({ terms: count, sum: 1, squares: shares }) + Math.sqrt(roundings);
      for (let k = 0; k < count; k++) {
        const i = begin + k * step;
        const share = logarithmic ? Math.exp(y[i] as number) : (y[i] as number);
        const below = most - (x[i] as number);
        const e = error ? (error[i] as number) : 0;
        // A mask's −infinity has no share, whatever its rounding.
        if (below === Number.POSITIVE_INFINITY && Number.isFinite(e)) continue;
        // One less the share by the others' sum: exact where the share is nearly one.
        const rest = Math.max(0, 1 - share);
        const denominator = Math.log1p(linear);
        const independent = Math.hypot(
          rest * e,
          Math.sqrt(Math.max(0, squares - (share * Math.expm1(e)) ** 2)),
        );
        const given: Logarithmic = {
          passed:
            together || !(linear < 0.1)
              ? e + denominator
              : Math.min(e + denominator, independent * (1 + linear)),
          own:
            (logarithmic ? 0 : rest) * ofExp(below, rounding) + sums + (logarithmic ? 0 : rounding.ulps(2.5)),
          below,
        };
        const found = finish(given, y[i] as number, rule);
        own[i] = found.own + count * rounding.floor;
        if (passed) passed[i] = found.passed;
      }
    }
    const why = `exp (3 + 2|x| ULP, WGSL) of ${longest} arguments, their sum, and a quotient (2.5 ULP)`;
    return [{ passed, own, why }];
  };
}

/** exp(−below) relative to itself, of a difference that is rounded. */
function ofExp(below: number, rounding: Rounding): number {
  return below === 0 || !Number.isFinite(below) ? 0 : rounding.ulps(expUlps(below)) + rounding.unit * below;
}

export const softmax = softmaxLike(({ passed, own }, y) => ({
  // A probability cannot leave [0, 1].
  passed: Number.isFinite(passed)
    ? Math.min(y * Math.expm1(passed), Math.max(y, 1 - y))
    : Number.POSITIVE_INFINITY,
  own: y * own,
}));

/** The logarithm of the sum is 3 ULP off, and 2^-21 near 1 (WGSL), and rounded like the difference: like the larger of its terms. */
export const logSoftmax = softmaxLike(({ passed, own, below }, y, { rounding }) => {
  const logarithm = Math.max(0, Math.abs(y) - below);
  const ofLog = logarithm < Math.LN2 ? 8 * rounding.unit : rounding.ulps(3) * logarithm;
  return { passed, own: own + ofLog + 2 * rounding.unit * (Math.abs(y) + below) };
});
