import type { Call, Operators } from "../../call.js";
import { argMax, labelsOf, postTransform, sampleRows, stacked } from "../../scores.js";
import type { Value } from "../../value.js";

type Similarity = (a: Float64Array, b: ArrayLike<number>) => number;

function dot(a: Float64Array, b: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] as number) * (b[i] as number);
  return sum;
}

function squaredDistance(a: Float64Array, b: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += ((a[i] as number) - (b[i] as number)) ** 2;
  return sum;
}

const kernels: Readonly<Record<string, (gamma: number, coef0: number, degree: number) => Similarity>> = {
  LINEAR: () => dot,
  POLY: (gamma, coef0, degree) => (a, b) => (gamma * dot(a, b) + coef0) ** degree,
  RBF: (gamma) => (a, b) => Math.exp(-gamma * squaredDistance(a, b)),
  SIGMOID: (gamma, coef0) => (a, b) => Math.tanh(gamma * dot(a, b) + coef0),
};

function similarity(call: Call): Similarity {
  const name = call.string("kernel_type", "LINEAR");
  const [gamma = 0, coef0 = 0, degree = 0] = call.floatList("kernel_params") ?? [];
  const make = kernels[name] ?? call.refuse(`it knows no kernel ${name}`, "E_NODE_ATTRIBUTE");
  return make(gamma, coef0, degree);
}

/** Rows of a flat list of vectors. */
function vectors(list: readonly number[], count: number): Float64Array[] {
  const width = list.length / count;
  return Array.from({ length: count }, (_, k) => Float64Array.from(list.slice(k * width, (k + 1) * width)));
}

interface Machine {
  /** One sum for each pair of classes, i before j; positive is a vote for i. */
  decisions: (x: Float64Array) => Float64Array;
  classes: number;
}

/** Support vectors grouped by class; for every pair of classes each group's coefficients against the other. */
function pairwise(call: Call, perClass: readonly number[]): Machine {
  const count = perClass.reduce((a, b) => a + b, 0);
  const support = vectors(call.floatList("support_vectors") ?? [], count);
  const coefficients = call.floatList("coefficients") ?? [];
  const rho = call.floatList("rho") ?? [];
  const like = similarity(call);
  const classes = perClass.length;
  const starts = perClass.map((_, i) => perClass.slice(0, i).reduce((a, b) => a + b, 0));
  return {
    classes,
    decisions: (x) => {
      const near = support.map((vector) => like(x, vector));
      const sums: number[] = [];
      const part = (row: number, group: number) => {
        let sum = 0;
        const begin = starts[group] as number;
        for (let k = begin; k < begin + (perClass[group] as number); k++) {
          sum += (coefficients[row * count + k] as number) * (near[k] as number);
        }
        return sum;
      };
      for (let i = 0; i < classes; i++) {
        for (let j = i + 1; j < classes; j++) {
          sums.push((rho[sums.length] as number) + part(j - 1, i) + part(i, j));
        }
      }
      return Float64Array.from(sums);
    },
  };
}

function votes(sums: Float64Array, classes: number): number[] {
  const counts = new Array<number>(classes).fill(0);
  let at = 0;
  for (let i = 0; i < classes; i++) {
    for (let j = i + 1; j < classes; j++, at++) {
      const winner = (sums[at] as number) > 0 ? i : j;
      counts[winner] = (counts[winner] as number) + 1;
    }
  }
  return counts;
}

/** Platt's sigmoid of every pair, then libsvm's coupling of the pairs (Wu, Lin and Weng 2004, method 2). */
function probabilities(
  sums: Float64Array,
  classes: number,
  a: readonly number[],
  b: readonly number[],
): Float64Array {
  const pairs = Array.from({ length: classes }, () => new Float64Array(classes));
  let at = 0;
  for (let i = 0; i < classes; i++) {
    for (let j = i + 1; j < classes; j++, at++) {
      const power = (sums[at] as number) * (a[at] as number) + (b[at] as number);
      const chance = Math.max(1e-7, Math.min(1 / (1 + Math.exp(power)), 1 - 1e-7));
      (pairs[i] as Float64Array)[j] = chance;
      (pairs[j] as Float64Array)[i] = 1 - chance;
    }
  }
  return coupled(pairs);
}

function coupled(pairs: readonly Float64Array[]): Float64Array {
  const count = pairs.length;
  const r = (i: number, j: number) => pairs[i]?.[j] as number;
  const q = pairs.map((_, t) =>
    Float64Array.from({ length: count }, (_x, j) => {
      if (j !== t) return -r(j, t) * r(t, j);
      let sum = 0;
      for (let k = 0; k < count; k++) if (k !== t) sum += r(k, t) ** 2;
      return sum;
    }),
  );
  const p = new Float64Array(count).fill(1 / count);
  for (let round = 0; round < Math.max(100, count); round++) {
    const qp = q.map((row) => dot(row, p));
    let pqp = qp.reduce((sum, each, t) => sum + each * (p[t] as number), 0);
    if (Math.max(...qp.map((each) => Math.abs(each - pqp))) < 0.005 / count) break;
    for (let t = 0; t < count; t++) {
      const own = q[t]?.[t] as number;
      const step = (pqp - (qp[t] as number)) / own;
      p[t] = (p[t] as number) + step;
      pqp = (pqp + step * (step * own + 2 * (qp[t] as number))) / (1 + step) ** 2;
      for (let j = 0; j < count; j++) {
        qp[j] = ((qp[j] as number) + step * (q[t]?.[j] as number)) / (1 + step);
        p[j] = (p[j] as number) / (1 + step);
      }
    }
  }
  return p;
}

function classifier(call: Call): Value[] {
  const labels = labelsOf(call, "classlabels_ints");
  const transform = postTransform(call);
  const perClass = call.ints("vectors_per_class") ?? [];
  const samples = sampleRows(call);
  if (perClass.length === 0) return withoutVectors(call);
  const machine = pairwise(call, perClass);
  const [a, b] = [call.floatList("prob_a") ?? [], call.floatList("prob_b") ?? []];
  const results = samples.map((x) => {
    const sums = machine.decisions(x);
    const counts = votes(sums, machine.classes);
    if (a.length > 0) {
      const chances = probabilities(sums, machine.classes, a, b);
      // The label follows the probabilities, as in libsvm's prediction with them.
      return { place: argMax(chances), scores: transform(chances) };
    }
    // Two classes have one sum, which is given for both.
    const scores = sums.length === 1 ? Float64Array.of(-(sums[0] as number), sums[0] as number) : sums;
    return { place: argMax(counts), scores: transform(scores) };
  });
  return [
    labels.pick(results.map(({ place }) => place)),
    stacked(
      results.map(({ scores }) => scores),
      results[0]?.scores.length ?? machine.classes,
    ),
  ];
}

/** One row of coefficients for each class, as liblinear trains them. */
function withoutVectors(call: Call): Value[] {
  const labels = labelsOf(call, "classlabels_ints");
  const transform = postTransform(call);
  const rows = vectors(call.floatList("coefficients") ?? [], Math.max(1, labels.count));
  const rho = call.floatList("rho")?.[0] ?? 0;
  const scores = sampleRows(call).map((x) => Float64Array.from(rows, (row) => rho + dot(x, row)));
  return [labels.pick(scores.map(argMax)), stacked(scores.map(transform), rows.length)];
}

function regressor(call: Call): Value[] {
  const count = call.int("n_supports", 0);
  const coefficients = call.floatList("coefficients") ?? [];
  const rho = call.floatList("rho")?.[0] ?? 0;
  const oneClass = call.int("one_class", 0) === 1;
  const transform = postTransform(call);
  const like = similarity(call);
  const support = count > 0 ? vectors(call.floatList("support_vectors") ?? [], count) : [];
  const sums = sampleRows(call).map((x) => {
    const sum =
      count > 0
        ? support.reduce((so, vector, k) => so + (coefficients[k] as number) * like(x, vector), rho)
        : rho + dot(x, coefficients);
    return oneClass ? (sum > 0 ? 1 : -1) : sum;
  });
  return [
    stacked(
      sums.map((sum) => transform(Float64Array.of(sum))),
      1,
    ),
  ];
}

export const svm: Operators = {
  SVMClassifier: { 1: classifier },
  SVMRegressor: { 1: regressor },
};
