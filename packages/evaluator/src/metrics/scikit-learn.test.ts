/** @needs oracle */

import { fileURLToPath } from "node:url";
import type { ClassificationReport, ReportRow } from "@congruent/core/schemas";
import { timeLimits } from "@congruent/core/testing";
import { askOracle } from "@congruent/toolchain/testing";
import { beforeAll, describe, expect, it, jest } from "@jest/globals";
import fc from "fast-check";
import { formatClassificationReport } from "../format-classification-report.js";
import { accuracy } from "./accuracy.js";
import { classificationReport } from "./classification-report.js";
import { confusionMatrix } from "./confusion-matrix.js";

jest.setTimeout(timeLimits.programs);

interface Case {
  trueLabels: number[];
  predicted: number[];
  labels: string[];
  /** Classes that get a row. */
  classes: number[];
  digits: number;
}

type Scores = Omit<ReportRow, "support">;
interface Answer {
  classes: ReportRow[];
  accuracy: number;
  micro: Scores;
  macro: Scores;
  weighted: Scores;
  text: string;
  confusion: number[][];
}

const range = (n: number) => Array.from({ length: n }, (_, i) => i);
const names = (n: number) => range(n).map((i) => `class ${i}`);
const whole = (trueLabels: number[], predicted: number[], labels: string[], digits = 4): Case => ({
  trueLabels,
  predicted,
  labels,
  classes: range(labels.length),
  digits,
});

const edgeCases: Record<string, Case> = {
  "a class never predicted": whole([0, 1, 2, 2], [0, 1, 1, 0], names(3)),
  "a class absent from the true labels": whole([0, 0, 1], [0, 2, 1], names(3)),
  "a class in neither": whole([0, 1], [1, 0], names(4)),
  "one class only": whole([0, 0, 0], [0, 0, 0], ["all"]),
  "one sample": whole([1], [1], names(2)),
  "one sample, wrong": whole([1], [0], names(2)),
  "nothing right": whole([0, 1, 2], [1, 2, 0], names(3)),
  "long and foreign names": whole([0, 1, 2], [0, 1, 1], ["an unusually long class name", "Größe", "🐈 cat"]),
  "exact ties between two roundings": whole(
    [...new Array<number>(32).fill(0), ...new Array<number>(32).fill(1)],
    range(64).map((i) => (i === 0 || (i > 31 && i < 35) ? 0 : 1)),
    names(2),
  ),
  "no digits behind the point": whole([0, 1, 1, 1], [0, 0, 1, 1], names(2), 0),
  "more digits than the names are wide": whole([0, 1, 2], [0, 1, 1], names(3), 15),
  "a class left out that occurs: micro average": {
    ...whole([0, 1, 2, 2, 1], [0, 2, 2, 1, 1], names(3)),
    classes: [0, 2],
  },
  "a class left out that does not occur: accuracy": {
    ...whole([0, 1, 1], [0, 1, 0], names(3)),
    classes: [0, 1],
  },
  "rows for classes without support": { ...whole([0, 0, 1], [0, 1, 1], names(4)), classes: [2, 3] },
  "rows in another order": { ...whole([0, 1, 2, 2], [0, 2, 2, 1], names(3)), classes: [2, 0, 1] },
  "beyond NumPy's block of sums": whole(
    range(3000).map((i) => (i * i) % 300),
    range(3000).map((i) => (i * i + (i % 3 === 0 ? 1 : 0)) % 300),
    names(300),
  ),
};

/** Mostly right predictions of up to 160 classes, some of which may never occur. */
const randomCase: fc.Arbitrary<Case> = fc
  .tuple(
    fc.oneof(fc.integer({ min: 1, max: 16 }), fc.integer({ min: 17, max: 160 })),
    fc.integer({ min: 1, max: 200 }),
  )
  .chain(([classes, samples]) => {
    const index = fc.nat(classes - 1);
    return fc.record({
      trueLabels: fc.array(index, { minLength: samples, maxLength: samples }),
      noise: fc.array(fc.tuple(fc.nat(3), index), { minLength: samples, maxLength: samples }),
      classes: fc.oneof(
        { weight: 3, arbitrary: fc.constant(range(classes)) },
        { weight: 1, arbitrary: fc.uniqueArray(index, { minLength: 1 }) },
      ),
      digits: fc.constantFrom(0, 1, 2, 3, 4, 4, 4, 6),
      labels: fc.constant(names(classes)),
    });
  })
  .map(({ noise, ...rest }) => ({
    ...rest,
    predicted: rest.trueLabels.map((trueLabels, i) => (noise[i]![0] === 0 ? noise[i]![1] : trueLabels)),
  }));

describe("metrics against scikit-learn", () => {
  const cases = [...Object.values(edgeCases), ...fc.sample(randomCase, { seed: 20, numRuns: 150 })];
  let answers: Answer[];
  beforeAll(async () => {
    const script = fileURLToPath(new URL("../../oracle/scikit_learn.py", import.meta.url));
    const stdout = await askOracle({
      environment: "oracle",
      script,
      input: JSON.stringify(cases),
      timeoutMs: 120_000,
    });
    const reply = JSON.parse(stdout) as { version: string; answers: Answer[] };
    expect(reply.version).toMatch(/^1\.9\./);
    answers = reply.answers;
  }, 600_000);

  const check = (at: number) => {
    const { trueLabels, predicted, labels, classes, digits } = cases[at]!;
    const answer = answers[at]!;
    const report = classificationReport(trueLabels, predicted, labels, { classes });
    // toEqual compares numbers exactly: every bit is scikit-learn's.
    expect(report.classes.map(({ label: _, ...row }) => row)).toEqual(answer.classes);
    expect(report.accuracy).toBe(answer.accuracy);
    expect(withoutSupport(report.macro)).toEqual(answer.macro);
    expect(withoutSupport(report.weighted)).toEqual(answer.weighted);
    if (report.micro) expect(withoutSupport(report.micro)).toEqual(answer.micro);
    expect(formatClassificationReport(report, { digits })).toBe(answer.text);
    expect(accuracy(trueLabels, predicted)).toBe(answer.accuracy);
    expect(confusionMatrix(trueLabels, predicted, labels.length)).toEqual(answer.confusion);
    return report;
  };

  it.each(Object.keys(edgeCases).map((name, at) => [name, at] as const))("%s", (_name, at) => {
    check(at);
  });

  it("150 random cases, to the last bit and character", () => {
    const reports: ClassificationReport[] = [];
    for (let at = Object.keys(edgeCases).length; at < cases.length; at++) reports.push(check(at));
    // Both layouts were really tried.
    expect(reports.filter(({ micro }) => micro).length).toBeGreaterThan(15);
    expect(reports.filter(({ micro }) => !micro).length).toBeGreaterThan(80);
  });
});

function withoutSupport({ support: _, ...scores }: ReportRow): Scores {
  return scores;
}
