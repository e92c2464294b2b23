/** ONNX-ML operators whose weights are attributes. */
import type { Value } from "../../value.js";
import type { Errors } from "../errors.js";
import type { Rule } from "../rule.js";
import { byPerturbation } from "./by-perturbation.js";
import { movement } from "./movement.js";
import { trees } from "./trees.js";

/** An element of a list that has one entry for all columns, or one for each. */
function entry(list: readonly number[], column: number): number {
  return (list.length === 1 ? list[0] : list[column]) ?? 0;
}

/** (x − offset) · scale, rounded twice. */
const scaler: Rule = ({ call, errors, rounding }) => {
  const x = call.input(0);
  const columns = x.dims.at(-1) ?? 1;
  const scale = call.floatList("scale") ?? [1];
  const offset = call.floatList("offset") ?? [0];
  const [before] = errors;
  const own = new Float64Array(x.data.length);
  const passed = before ? new Float64Array(own.length) : null;
  for (let i = 0; i < own.length; i++) {
    const factor = Math.abs(entry(scale, i % columns));
    const size = Math.abs(Number(x.data[i])) + Math.abs(entry(offset, i % columns));
    own[i] = rounding.of(2) * size * factor + rounding.floor;
    if (passed) passed[i] = (before?.[i] as number) * factor;
  }
  return [{ own, passed, why: `2 roundings of ${rounding.unit}, relative to the sum of magnitudes` }];
};

/** Rows of x times rows of coefficients, plus an intercept. */
const linearRegressor: Rule = (rule) => {
  const { call, errors, rounding } = rule;
  if (call.string("post_transform", "NONE") !== "NONE") return byPerturbation(rule);
  const x = call.input(0);
  const columns = x.dims.at(-1) ?? 1;
  const coefficients = call.floatList("coefficients") ?? [];
  const intercepts = (call.floatList("intercepts") ?? []).map(Math.abs);
  const targets = Math.max(1, coefficients.length / columns);
  const samples = x.data.length / columns;
  const sumOf = (sample: number, target: number, term: (position: number) => number) => {
    let sum = 0;
    for (let k = 0; k < columns; k++) {
      sum += term(sample * columns + k) * Math.abs(coefficients[target * columns + k] as number);
    }
    return sum;
  };
  const each = (value: (sample: number, target: number) => number) =>
    Float64Array.from({ length: samples * targets }, (_, i) => value(Math.floor(i / targets), i % targets));
  const [before] = errors;
  const size = sized(x, before ?? null);
  const own = each(
    (sample, target) =>
      rounding.of(2 * columns) * (sumOf(sample, target, size) + (intercepts[target] ?? 0)) + rounding.floor,
  );
  const passed = before
    ? each((sample, target) => sumOf(sample, target, (at) => before[at] as number))
    : null;
  const why = `${2 * columns} roundings (2 x columns) of ${rounding.unit}, relative to the sum of magnitudes`;
  return [{ own, passed, why }];
};

function sized(x: Value, errors: Errors): (position: number) => number {
  return (at) => Math.abs(Number(x.data[at])) + (errors?.[at] ?? 0);
}

const norms: Readonly<Record<string, (row: readonly number[]) => number>> = {
  MAX: (row) => Math.max(...row),
  L1: (row) => row.reduce((sum, x) => sum + x, 0),
  L2: (row) => Math.hypot(...row),
};

/** x / norm: an error of x changes the norm by no more than itself, and the quotient by both. */
const normalizer: Rule = (rule) => {
  const { call, errors, outputs, rounding } = rule;
  const norm = norms[call.string("norm", "MAX")];
  const [y] = outputs;
  const [before] = errors;
  if (!norm || !y) return byPerturbation(rule);
  const x = call.input(0);
  const columns = x.dims.at(-1) ?? 1;
  // The sum, its root, the quotient.
  const roundings = columns + 2;
  const own = Float64Array.from(y.data as Float64Array, (each) => Math.abs(each) * rounding.of(roundings));
  const passed = before ? new Float64Array(own.length) : null;
  for (let begin = 0; passed && begin < own.length; begin += columns) {
    const row = Array.from({ length: columns }, (_, k) => Math.abs(Number(x.data[begin + k])));
    const moved = Array.from({ length: columns }, (_, k) => before?.[begin + k] as number);
    const total = moved.reduce((sum, error) => sum + error, 0);
    // As small as the errors may make it; where that is nothing, the quotient may be anything.
    const least = Math.max(0, norm(row) - total);
    moved.forEach((error, k) => {
      passed[begin + k] = (error + Math.abs(Number(y.data[begin + k])) * total) / least;
    });
  }
  return [{ own, passed, why: `${roundings} roundings (columns + 2) of ${rounding.unit}` }];
};

export const ml: Readonly<Record<string, Rule>> = {
  ArrayFeatureExtractor: movement(0),
  Normalizer: normalizer,
  Scaler: scaler,
  LinearRegressor: linearRegressor,
  ...trees,
};
