import { type Evaluation, type ScoreComparison, scoreComparisonSchema } from "@congruent/core/schemas";
import { describe, expect, it } from "@jest/globals";
import { compareEvaluations } from "./compare-evaluations.js";
import { classificationReport } from "./metrics/classification-report.js";
import { confusionMatrix } from "./metrics/confusion-matrix.js";

const labels = ["a", "b"];
const SAMPLES = 200;
const right = Array.from({ length: SAMPLES }, (_, i) => i % 2);

/** A model that is wrong on these images and right on all others. */
function evaluated(
  name: string,
  wrong: readonly number[],
  dataset: Partial<Evaluation["dataset"]> = {},
): Evaluation {
  const predicted = right.map((own, i) => (wrong.includes(i) ? 1 - own : own));
  return {
    schema: "congruent/evaluation@1",
    model: { path: `${name}.onnx`, sha256: name, name },
    dataset: { name: "pixels", split: "test", samples: SAMPLES, ...dataset },
    runtime: "node-cpu",
    versions: {},
    accuracy: 1 - wrong.length / SAMPLES,
    report: classificationReport(right, predicted, labels),
    confusion: confusionMatrix(right, predicted, 2),
    labels,
    mistakes: wrong.map((index) => ({
      index,
      label: right[index]!,
      predicted: predicted[index]!,
      probability: null,
    })),
    seconds: 1,
  };
}

const upTo = (count: number, from = 0) => Array.from({ length: count }, (_, i) => from + i);
const shared = upTo(5);
const good = evaluated("good", shared);
const equal = evaluated("equal", [...shared.slice(1), 100]);
const bad = evaluated("bad", [...shared, ...upTo(12, 50)]);

describe("compareEvaluations", () => {
  it("counts who alone is right and tests it", () => {
    const found: ScoreComparison = compareEvaluations([good, equal, bad]);
    expect(scoreComparisonSchema.parse(found)).toEqual(found);
    expect(found.dataset).toEqual({ name: "pixels", split: "test", samples: SAMPLES });
    // SciPy 1.17.1: binomtest(195, 200).proportion_ci(0.95, "wilson").
    expect(found.models.map(({ name, correct, accuracy }) => [name, correct, accuracy])).toEqual([
      ["good", 195, 0.975],
      ["equal", 195, 0.975],
      ["bad", 183, 0.915],
    ]);
    expect(found.models[0]?.interval[0]).toBeCloseTo(0.9428216595933581, 10);
    expect(found.models[0]?.interval[1]).toBeCloseTo(0.9892752803482388, 10);
    // p by hand: 12 images to none, 2 × 2^-12; 13 to 1, 2 × (1 + 14) / 2^14. Times 3, times 2.
    const pairs = found.pairs.map(
      ({ first, second, onlyFirst, onlySecond, pValue, adjustedP, significant }) => [
        [first, second],
        [onlyFirst, onlySecond],
        [pValue, adjustedP],
        significant,
      ],
    );
    expect(pairs).toEqual([
      [[0, 1], [1, 1], [1, 1], false],
      [[0, 2], [12, 0], [2 ** -11, 3 * 2 ** -11], true],
      [[1, 2], [13, 1], [30 / 2 ** 14, 60 / 2 ** 14], true],
    ]);
    expect(found.pairs[1]?.difference).toBe(12 / SAMPLES);
    expect(compareEvaluations([good, bad], { alpha: 1e-9 }).pairs[0]?.significant).toBe(false);
  });

  it("refuses fewer than two", () => {
    for (const few of [[], [good]]) {
      expect(() => compareEvaluations(few)).toThrow(expect.objectContaining({ code: "E_COMPARE" }));
    }
  });

  const relabeled = {
    ...evaluated("x", shared),
    mistakes: good.mistakes.map((m) => ({ ...m, label: 1 - m.label })),
  };
  it.each<[string, Evaluation, Evaluation]>([
    ["another data set", good, evaluated("x", [], { name: "others" })],
    ["another part", good, evaluated("x", [], { split: "train" })],
    ["fewer images", good, evaluated("x", [], { samples: 100 })],
    ["other images", evaluated("x", [], { sha256: "1" }), evaluated("y", [], { sha256: "2" })],
    [
      "held-out images without a hash",
      evaluated("x", [], { split: "heldOut" }),
      evaluated("y", [], { split: "heldOut" }),
    ],
    ["other labels", good, relabeled],
    [
      "other counts of labels",
      good,
      {
        ...evaluated("x", []),
        confusion: [
          [99, 0],
          [0, 101],
        ],
      },
    ],
  ])("refuses %s", (_, first, second) => {
    expect(() => compareEvaluations([first, second])).toThrow(
      expect.objectContaining({ code: "E_COMPARE_IMAGES", exit: 2 }),
    );
  });

  it("knows the same images by another name", () => {
    const [mnist, csv] = [
      { name: "mnist", sha256: "1" },
      { name: "mnist-csv", sha256: "1" },
    ];
    expect(compareEvaluations([evaluated("x", [], mnist), evaluated("y", [], csv)]).pairs).toHaveLength(1);
  });

  it("takes any part where both know their images", () => {
    const known = { split: "heldOut", sha256: "1" } as const;
    expect(compareEvaluations([evaluated("x", [], known), evaluated("y", [], known)]).pairs[0]?.pValue).toBe(
      1,
    );
  });
});
