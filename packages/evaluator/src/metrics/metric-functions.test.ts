/** @needs oracle */

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { METRIC_NAMES, type MetricName, metricDefinition, tensor } from "@congruent/core";
import { metricScoresSchema } from "@congruent/core/schemas";
import { askOracle } from "@congruent/toolchain/testing";
import { beforeAll, describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { scoresOf } from "../scores-of.js";
import { computeMetric } from "./metric-functions.js";

interface Case {
  trueLabels: number[];
  /** Probabilities, a row for each example. */
  scores: number[][];
}

const softmax = (logits: readonly number[]) => {
  const powers = logits.map((logit) => Math.exp(logit));
  const sum = powers.reduce((total, power) => total + power, 0);
  return powers.map((power) => power / sum);
};

const third = 1 / 3;
const edgeCases: Record<string, Case> = {
  "one example": { trueLabels: [1], scores: [[0.25, 0.75]] },
  "one class in the true labels, always right": {
    trueLabels: [0, 0],
    scores: [
      [0.9, 0.1],
      [0.6, 0.4],
    ],
  },
  "one class in the true labels, never predicted": {
    trueLabels: [1, 1, 1],
    scores: Array(3).fill([0.5, 0.25, 0.25]),
  },
  "a class absent from the true labels": {
    trueLabels: [0, 1, 1],
    scores: [
      [0.5, 0.25, 0.25],
      [0.25, 0.25, 0.5],
      [0, 1, 0],
    ],
  },
  "all scores equal": { trueLabels: [0, 1, 2], scores: Array(3).fill([third, third, third]) },
  "everything right": {
    trueLabels: [0, 1, 2],
    scores: [
      [1, 0, 0],
      [0, 1, 0],
      [0, 0, 1],
    ],
  },
  "everything wrong": {
    trueLabels: [0, 1, 2],
    scores: [
      [0, 1, 0],
      [0, 0, 1],
      [1, 0, 0],
    ],
  },
};

/** Up to 8 classes, of which few or many occur; many equal scores, or none. */
const randomCase: fc.Arbitrary<Case> = fc
  .tuple(fc.integer({ min: 2, max: 8 }), fc.integer({ min: 1, max: 60 }), fc.boolean())
  .chain(([classes, samples, coarse]) => {
    const logit = coarse ? fc.integer({ min: -2, max: 2 }) : fc.double({ min: -4, max: 4, noNaN: true });
    const row = fc.array(logit, { minLength: classes, maxLength: classes });
    return fc.record({
      trueLabels: fc.array(fc.nat(classes - 1), { minLength: samples, maxLength: samples }),
      scores: fc.array(row.map(softmax), { minLength: samples, maxLength: samples }),
    });
  });

/** All metrics of a case, each from its own function. */
function computed({ trueLabels, scores }: Case): Partial<Record<MetricName, number | null>> {
  const classes = scores[0]!.length;
  const values = tensor("float64", Float64Array.from(scores.flat()), [scores.length, classes]);
  const predicted = scores.map((row) => row.indexOf(Math.max(...row)));
  const answers = { trueLabels, predicted, classes, scores: values, probabilities: values };
  const found = METRIC_NAMES.map((name) => [name, computeMetric(name, answers)] as const);
  return Object.fromEntries(found.filter(([, value]) => value !== undefined));
}

describe("core's METRICS", () => {
  const cases = [...Object.values(edgeCases), ...fc.sample(randomCase, { seed: 47, numRuns: 100 })];
  const ours = cases.map(computed);
  const compared = METRIC_NAMES.filter((name) => metricDefinition(name).scikitLearn !== null);
  let theirs: Partial<Record<MetricName, number | null>>[];

  beforeAll(async () => {
    const stdout = await askOracle({
      environment: "oracle",
      script: fileURLToPath(new URL("../../oracle/metrics.py", import.meta.url)),
      input: JSON.stringify({
        expressions: Object.fromEntries(compared.map((name) => [name, metricDefinition(name).scikitLearn])),
        cases: cases.map((each, i) => ({ ...each, asked: compared.filter((name) => name in ours[i]!) })),
      }),
      timeoutMs: 240_000,
    });
    const reply = JSON.parse(stdout) as { version: string; answers: typeof theirs };
    expect(reply.version).toMatch(/^1\.9\./);
    theirs = reply.answers;
  }, 250_000);

  it.each(compared)("%s is scikit-learn's", (name) => {
    let numbers = 0;
    for (const [i, found] of ours.entries()) {
      const [own, wanted] = [found[name], theirs[i]![name]];
      const near =
        typeof own === "number" && typeof wanted === "number"
          ? Math.abs(own - wanted) <= 1e-12 * Math.max(1, Math.abs(wanted))
          : own === wanted;
      expect({ ...cases[i], own, wanted, near }).toMatchObject({ near: true });
      if (typeof own === "number") numbers++;
    }
    // Not null throughout.
    expect(numbers).toBeGreaterThan(20);
  });

  it("have a counterpart in scikit-learn, but for what it does not have", () => {
    expect(METRIC_NAMES.filter((name) => !compared.includes(name))).toEqual(["calibrationError"]);
  });

  it("are what an evaluation holds, also those with a field of their own", () => {
    for (const [i, { trueLabels, scores: rows }] of cases.entries()) {
      const classes = rows[0]!.length;
      const values = tensor("float64", Float64Array.from(rows.flat()), [rows.length, classes]);
      const predicted = Int32Array.from(rows, (row) => row.indexOf(Math.max(...row)));
      const { scores } = scoresOf(
        trueLabels,
        { predicted, scores: { from: "probabilities", values } },
        classes,
      );
      expect(metricScoresSchema.parse(scores)).toEqual(scores);
      expect(Object.keys(scores)).toEqual(Object.keys(ours[i]!));
      for (const name of METRIC_NAMES) {
        const [own, wanted] = [scores[name], ours[i]![name]];
        if (typeof wanted !== "number") expect(own).toBe(wanted);
        else expect(own).toBeCloseTo(wanted, 12);
      }
    }
  });

  it("need what they say: without it they are null", () => {
    const answers = { trueLabels: [0, 1], predicted: [0, 1], classes: 2, scores: null, probabilities: null };
    for (const name of METRIC_NAMES) {
      const found = computeMetric(name, answers);
      expect([name, found === null]).toEqual([name, metricDefinition(name).needs !== "labels"]);
    }
  });
});

describe("every file of metrics/", () => {
  /** What metrics are computed with. */
  const TOOLS = ["metric-functions.ts", "pairwise-sum.ts", "threshold-counts.ts"];
  const folder = fileURLToPath(new URL("../../src/metrics/", import.meta.url));

  it("is exported by metrics/index.ts", () => {
    const index = readFileSync(join(folder, "index.ts"), "utf8");
    const files = readdirSync(folder).filter((name) => !/\.test\.ts$|^index\.ts$/.test(name));
    const forgotten = files.filter((name) => !index.includes(`"./${name.replace(/\.ts$/, ".js")}"`));
    expect(forgotten).toEqual(TOOLS);
  });
});
