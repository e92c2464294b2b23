/** Rules for operators that subtract a mean and divide by a deviation. */
import { sizeOf } from "@congruent/core";
import type { Value } from "../../value.js";
import { type Errors, magnitudes } from "../errors.js";
import type { Rounding } from "../rounding.js";
import { coherent, type OutputBound, type Rule, type RuleCall } from "../rule.js";

interface Standardized {
  /** (x − mean) / √(variance + epsilon) */
  values: Float64Array;
  passed: Float64Array;
  own: Float64Array;
}

interface Group {
  begin: number;
  size: number;
  epsilon: number;
  centered: boolean;
  /** Errors may all point one way. */
  together: boolean;
}

/**
 * The errors of one group's standardized elements.
 *
 * Passed on: ∂ŷ_i/∂x_j = (δ_ij − 1/n − ŷ_i ŷ_j / n) / σ. Own: the mean is a sum of n terms; the variance may come from one pass as
 * mean(x²) − mean(x)², which is what ONNX Runtime does, and is then rounded relative to mean(x²).
 */
function standardize(
  x: Float64Array,
  error: Errors,
  { begin, size, epsilon, centered, together }: Group,
  rounding: Rounding,
  to: Standardized,
): void {
  let [sum, absolute, squares, fourths] = [0, 0, 0, 0];
  for (let i = begin; i < begin + size; i++) {
    const each = x[i] as number;
    sum += each;
    absolute += Math.abs(each);
    squares += each * each;
    fourths += each ** 4;
  }
  const mean = centered ? sum / size : 0;
  let spread = 0;
  for (let i = begin; i < begin + size; i++) spread += ((x[i] as number) - mean) ** 2;
  const variance = spread / size;
  const inverse = 1 / Math.sqrt(variance + epsilon);

  let [errorSum, errorSquares, weighted, weightedSquares, growth] = [0, 0, 0, 0, 0];
  for (let i = begin; i < begin + size; i++) {
    const y = ((x[i] as number) - mean) * inverse;
    to.values[i] = y;
    const e = error ? (error[i] as number) : 0;
    errorSum += e;
    errorSquares += e * e;
    weighted += Math.abs(y) * e;
    weightedSquares += (y * e) ** 2;
    growth = Math.max(growth, e);
  }
  // No standardized element is larger than √n; where one element may be anything, NaN too, all may.
  const cap = (y: number) => (Number.isFinite(growth) ? y + Math.sqrt(size) : Number.POSITIVE_INFINITY);
  // The derivative grows where the deviation shrinks: by at most so much within the errors.
  const least = Math.max(0, Math.sqrt(variance) - (together ? growth : Math.sqrt(errorSquares / size)));
  const worstInverse = 1 / Math.sqrt(least * least + epsilon);
  const scale = worstInverse * (worstInverse / inverse);
  const { meanError, varianceShare } = statistics(
    { size, sum, absolute, squares, fourths, mean: centered ? mean : 0, inverse },
    rounding,
  );
  for (let i = begin; i < begin + size; i++) {
    const y = Math.abs(to.values[i] as number);
    const e = error ? (error[i] as number) : 0;
    const others = together
      ? e + (centered ? errorSum / size : 0) + (y * weighted) / size
      : Math.sqrt(e * e + (2 / size / size) * ((centered ? errorSquares : 0) + y * y * weightedSquares));
    to.passed[i] = error ? Math.min(scale * others, cap(y)) : 0;
    to.own[i] =
      meanError * inverse +
      y * (varianceShare + rounding.ulps(4)) +
      2 * rounding.unit * Math.abs(mean) * inverse;
  }
}

interface Moments {
  size: number;
  sum: number;
  absolute: number;
  squares: number;
  fourths: number;
  /** What is subtracted; 0 for none. */
  mean: number;
  inverse: number;
}

/** How far the mean may be off, and the deviation as a share of itself: half of the variance's. */
function statistics({ size, sum, absolute, squares, fourths, mean, inverse }: Moments, rounding: Rounding) {
  if (rounding.model === "worst") {
    const meanError = mean === 0 && sum !== 0 ? 0 : (rounding.of(size + 2) * absolute) / size;
    const variance = rounding.of(2 * size + 3) * (squares / size + mean * mean);
    return { meanError, varianceShare: (variance * inverse * inverse) / 2 };
  }
  const meanError = rounding.sum({ terms: size, sum: Math.abs(sum), squares, plain: true }) / size;
  // mean(x²) − mean(x)², each rounded relative to itself.
  const variance =
    rounding.sum({ terms: size, sum: squares, squares: fourths, plain: true }) / size +
    rounding.ulps(1) * mean * mean +
    2 * Math.abs(mean) * meanError;
  return { meanError, varianceShare: (variance * inverse * inverse) / 2 };
}

/** ŷ · scale + bias, where both are picked by the element's place. */
function affine(
  { call, errors, rounding, outputs }: RuleCall,
  { values, passed, own }: Standardized,
  place: (i: number) => number,
  [scaleAt, biasAt]: readonly [number, number],
  why: string,
): OutputBound {
  const scale = call.optional(scaleAt)?.data as Float64Array | undefined;
  const bias = call.optional(biasAt)?.data as Float64Array | undefined;
  const [scaleError, biasError] = [errors[scaleAt], errors[biasAt]];
  const any = errors.some((each) => each !== null);
  const y = outputs[0]?.data as Float64Array;
  for (let i = 0; i < y.length; i++) {
    const at = place(i);
    const factor = Math.abs(scale ? (scale[at] as number) : 1);
    const shift = Math.abs(bias ? (bias[at] as number) : 0);
    const standard = Math.abs(values[i] as number);
    passed[i] = (passed[i] as number) * factor + standard * (scaleError?.[at] ?? 0) + (biasError?.[at] ?? 0);
    own[i] = (own[i] as number) * factor + rounding.ulps(1) * (standard * factor + shift) + rounding.floor;
  }
  return { passed: any ? passed : null, own, why };
}

function blank(length: number): Standardized {
  return {
    values: new Float64Array(length),
    passed: new Float64Array(length),
    own: new Float64Array(length),
  };
}

const describe = (size: number) => `mean and variance of ${size} elements in one pass, and 6 ULP`;

/** Groups of `size` neighbors, each by its own statistics. */
function grouped(
  rule: RuleCall,
  size: number,
  place: (i: number) => number,
  { centered = true, places = [1, 2] as const, epsilon = rule.call.float("epsilon", 1e-5) } = {},
): OutputBound[] {
  const x = rule.call.floats(0).data;
  const to = blank(x.length);
  const together = coherent(rule);
  for (let begin = 0; begin < x.length; begin += size) {
    standardize(x, rule.errors[0] ?? null, { begin, size, epsilon, centered, together }, rule.rounding, to);
  }
  return [affine(rule, to, place, places, describe(size))];
}

function tail({ call }: RuleCall): number {
  const { dims } = call.input(0);
  return sizeOf(dims.slice(call.axis(call.int("axis", -1), dims.length)));
}

/** The scale may have one element, or those of the normalized axes, or a shape that broadcasts; the last is read by its own length. */
export const layerNormalization: Rule = (rule) => {
  const length = rule.call.optional(1)?.data.length ?? 1;
  return grouped(rule, tail(rule), (i) => i % length);
};

export const rmsNormalization: Rule = (rule) => {
  const length = rule.call.optional(1)?.data.length ?? 1;
  return grouped(rule, tail(rule), (i) => i % length, { centered: false });
};

export const instanceNormalization: Rule = (rule) => {
  const [samples = 1, channels = 1] = rule.call.input(0).dims;
  const size = rule.call.input(0).data.length / (samples * channels);
  return grouped(rule, size, (i) => Math.floor(i / size) % channels);
};

export const groupNormalization: Rule = (rule) => {
  const { dims, data } = rule.call.input(0);
  const [samples = 1, channels = 1] = dims;
  const groups = rule.call.int("num_groups", 1);
  const plane = data.length / (samples * channels);
  // Until opset 20 the scale had one element for each group.
  const perGroup = rule.call.opset < 21;
  return grouped(rule, data.length / (samples * groups), (i) => {
    const channel = Math.floor(i / plane) % channels;
    return perGroup ? Math.floor((channel * groups) / channels) : channel;
  });
};

/**
 * x · (s/√(v + ε)) + (b − m · s/√(v + ε)), as runtimes compute it in advance: two products, their difference and the bias's sum round relative
 * to both terms, not to what is left of them. The factor's own roundings (a root of 4.5 ULP and a quotient of 2.5 by WGSL) change both terms
 * alike, and so count relative to their difference.
 */
export const batchNormalization: Rule = ({ call, errors, shared, outputs, rounding, run }) => {
  const x = call.input(0);
  const rest = call.inputs.slice(1) as Value[];
  const [scale, bias, mean, variance] = rest as [Value, Value, Value, Value];
  const negated = { ...mean, data: (magnitudes(mean).data as Float64Array).map((m) => -m) };
  const parameters = [magnitudes(scale), magnitudes(bias), negated, variance];
  const sums = run([magnitudes(x, errors[0] ?? null), ...parameters])[0] as Value;
  const factorFree = { ...bias, data: new Float64Array(bias.data.length) };
  const scaled = run([x, scale, factorFree, mean, variance])[0]?.data as Float64Array;
  const own = (sums.data as Float64Array).map(
    (sum, i) => sum * rounding.ulps(2.5) + Math.abs(scaled[i] as number) * rounding.ulps(7) + rounding.floor,
  );
  const none = [...parameters];
  const zero = (value: Value) => ({ ...value, data: new Float64Array(value.data.length) });
  none[1] = zero(bias);
  none[2] = zero(mean);
  const exactParameters = errors.slice(1).every((each) => each === null);
  const [error] = errors;
  const through = error && (run([{ ...x, data: error }, ...none])[0]?.data as Float64Array);
  const passed = exactParameters
    ? (through ?? null)
    : new Float64Array(outputs[0]?.data.length ?? 0).fill(Number.POSITIVE_INFINITY);
  const [common] = shared;
  return [
    {
      passed,
      own,
      why: "2.5 ULP of scaled input and shift, and 7 ULP of their difference",
      shared:
        common && exactParameters ? (run([{ ...x, data: common }, ...none])[0]?.data as Float64Array) : null,
    },
  ];
};
