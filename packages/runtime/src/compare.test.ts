import { type Tensor, tensor } from "@congruent/core";
import { tinyProbabilities } from "@congruent/onnx/testing";
import { describe, expect, it } from "@jest/globals";
import { compare } from "./compare.js";
import { withLabel } from "./decisions.js";
import { difference } from "./difference.js";

type Tensors = Record<string, Tensor>;

/** As parity bounds one layer of four terms: 4 · 1 layer · √4 terms · 2^-24 · the largest magnitude. */
const BOUND = 8 * 2 ** -24;
const toleranceOf = (_: string, output: Tensor) => ({
  bound: output.dtype === "float32" ? BOUND * difference(output, output).scale : 0,
  why: "for this test",
});

function outputsOf(rows: readonly number[][]): Tensors {
  const scores = tensor("float32", Float32Array.from(rows.flat()), [rows.length, rows[0]?.length ?? 0]);
  return withLabel({ probabilities: scores as Tensor });
}

const rows = [
  [0.9, 0.06, 0.04],
  [0.2, 0.7, 0.1],
  [0.45, 0.45 + 2 ** -24, 0.1],
];
const changed = (sample: number, values: number[]) => rows.map((row, i) => (i === sample ? values : row));

describe("compare", () => {
  const baseline = outputsOf(rows);
  const against = (observed: Tensors, samples = 3, labels?: number[]) =>
    compare({ baseline, observed, samples, toleranceOf, labels });

  it("finds equal outputs within, with zero difference", () => {
    const { outputs, decisions, reason } = against(outputsOf(rows));
    expect(reason).toBeNull();
    expect(outputs.map(({ name, maxAbs, within }) => [name, maxAbs, within])).toEqual([
      ["probabilities", 0, true],
      ["label", 0, true],
    ]);
    // Three labels that agree say little: more than half may still flip.
    const interval = [0, expect.closeTo(0.5615, 4)];
    expect(decisions).toEqual({ samples: 3, flips: 0, list: [], interval, perClass: [] });
  });

  it("accepts what rounding explains and nothing more", () => {
    const step = 2 ** -24;
    expect(against(outputsOf(changed(0, [0.9 + 6 * step, 0.06, 0.04]))).reason).toBeNull();
    const { outputs, reason } = against(outputsOf(changed(0, [0.9 + 12 * step, 0.06, 0.04])));
    expect(reason).toMatch(/^probabilities differs by 7\.15e-7, more than/);
    expect(outputs[0]).toMatchObject({ within: false, maxUlp: 12 });
    expect(outputs[0]?.bound).toBeCloseTo(BOUND * 0.9, 10);
  });

  it("finds a planted fault: one weight changed by one percent", () => {
    const pixels = Float32Array.of(255, 10, 0, 60);
    const faulty = [1.01, 0, -1, 0, 2, 0, -1, 0, 1, 0.5, -0.5, 0];
    const { reason, outputs } = compare({
      baseline: outputsOf([tinyProbabilities(pixels)]),
      observed: outputsOf([tinyProbabilities(pixels, faulty)]),
      samples: 1,
      toleranceOf,
    });
    expect(reason).toMatch(/^probabilities differs by/);
    expect(outputs.map(({ name, within }) => [name, within])).toEqual([
      ["probabilities", false],
      ["label", true],
    ]);
  });

  it("fails where NaN or infinity stands in one of the two alone", () => {
    for (const strange of [Number.NaN, Number.POSITIVE_INFINITY]) {
      const poisoned = outputsOf(changed(1, [0.2, 0.7, strange]));
      const { outputs, reason } = against(poisoned);
      expect(outputs[0]).toMatchObject({ maxAbs: null, maxUlp: null, within: false });
      expect(reason).toContain("NaN or infinity");
      const back = compare({ baseline: poisoned, observed: baseline, samples: 3, toleranceOf });
      expect(back.outputs[0]).toMatchObject({ maxAbs: null, within: false });
      const same = compare({ baseline: poisoned, observed: poisoned, samples: 3, toleranceOf });
      expect(same.reason).toBeNull();
    }
  });

  it("lists flips with margin and right label, and excuses ties alone", () => {
    const tie = against(outputsOf(changed(2, [0.45 + 2 ** -24, 0.45, 0.1])), 3, [0, 1, 0]);
    expect(tie.reason).toBeNull();
    expect(tie.decisions).toMatchObject({ samples: 3, flips: 1 });
    expect(tie.decisions?.list[0]).toMatchObject({ sample: 2, baseline: 1, observed: 0, label: 0 });
    expect(tie.decisions?.list[0]?.margin).toBeLessThan(2 ** -23);

    const wrong = outputsOf(rows);
    wrong.label = tensor("int64", BigInt64Array.of(0n, 2n, 1n), [3]);
    const { decisions, reason, outputs } = against(wrong);
    expect(reason).toBe("label differs where the baseline is sure");
    expect(decisions?.list).toMatchObject([{ sample: 1, baseline: 1, observed: 2, label: null }]);
    expect(decisions?.list[0]?.margin).toBeCloseTo(0.5, 6);
    expect(outputs[1]).toMatchObject({ name: "label", within: false });
  });

  it("compares the first samples where the other ran fewer", () => {
    const fewer = outputsOf(rows.slice(0, 2));
    expect(against(fewer, 2)).toMatchObject({ reason: null, decisions: { samples: 2 } });
  });

  it("fails for a missing output and for another shape", () => {
    const { label } = outputsOf(rows);
    const gone = against(label ? { label } : {});
    expect(gone.reason).toBe("probabilities is missing");
    const flat = tensor("float32", new Float32Array(9), [9, 1]);
    expect(against({ ...outputsOf(rows), probabilities: flat }).outputs[0]).toMatchObject({ maxAbs: null });
  });

  it("derives a label from scores as ArgMax does: the first of equals", () => {
    expect([...(outputsOf([[0.4, 0.4, 0.2]]).label?.data ?? [])]).toEqual([0n]);
  });
});
