import { median } from "@congruent/core";
import { expect } from "@jest/globals";
import {
  type ComparedStep,
  type KerasAnswer,
  type KerasTraining,
  type OwnSteps,
  type StepErrors,
  stepsLikeKeras,
} from "./keras-steps.js";

const { abs, max, sqrt } = Math;

/** What is allowed, and why. Gradients are measured against the largest element of their tensor. */
const ALLOWED = {
  /** A float32 mean of some tens of terms near 1, plus a sum of squares: a few roundings of 6e-8. */
  loss: 2e-6,
  /**
   * What float32 makes of a step depends on the network, the batch and the processor's order of sums. So it is measured:
   * how far Keras' logits, gradients and statistics are off. Ours may be off by three times as much to the other side;
   * a loss moves by at most twice what its logits do.
   */
  perError: 4,
  /**
   * Where a unit's input lies within rounding of zero, or two of a maximum's within rounding of each other, one side lets
   * the gradient pass and the other does not. How far the exact gradient moves at such a place is measured as well.
   */
  perMove: 2,
  /** Where Keras' gradients are exact: what rounding leaves of them in the moments, from which they are taken back. */
  gradient: 2e-5,
  /** At so many steps, at least, each weight's gradient is as near as Keras' error at its median step allows. */
  closeSteps: 3,
  /** Of a gradient as near as this, the elements of a hundredth of the largest or more are right to a hundredth. */
  gradientOfWeight: 1e-4,
  /** Keras 3 weighs g² by 0.001; TensorFlow's fused Adam by 1 - 0.999f, which is 1.3e-5 less. */
  secondMoment: 1.3e-5,
  /** The products and the sum by which a statistic moves, ours and Keras': a few roundings of 6e-8. */
  statistic: 2.4e-7,
  /** Gradients that are zero but for rounding, against the largest of the network. */
  still: 1e-5,
} as const;
const ADAM = { rate: 1e-3, beta1: 0.9, beta2: 0.999, epsilon: 1e-7 };

/**
 * Expects every one of the steps that Keras takes to end, taken by an engine of ours, where Keras' step ends: loss,
 * regularized loss of validation images, gradients (by Adam's first moment), second moments, weights, moving statistics.
 * Gradients that are zero in exact arithmetic (`still` of the network's twin in Keras) are only compared with the largest: what
 * rounding leaves of them is arbitrary.
 */
export async function expectKerasSteps(keras: KerasTraining, own: OwnSteps): Promise<void> {
  const { errors, still: pattern } = keras.answers[own.network] as KerasAnswer;
  const still = new RegExp(pattern ?? "^$");
  const statistics = columns(errors.map((step) => step.statistics)).map(
    // A single value may by chance be exact at a step: the largest error of all.
    (ofSteps) => ALLOWED.perError * max(...ofSteps),
  );
  const compared: GradientShare[][] = [];
  for await (const step of stepsLikeKeras(keras, own)) {
    const { logits, gradients, moves } = errors[compared.length] as StepErrors;
    const allowed = [ALLOWED.perError * logits, 0] as const;
    for (const [i, [ours, theirs]] of [step.loss, step.validationLoss].entries()) {
      expect(abs(ours - theirs)).toBeLessThanOrEqual(ALLOWED.loss * max(1, theirs) + (allowed[i] as number));
    }
    const gradientBounds = gradients.map((error, i) =>
      max(ALLOWED.gradient, ALLOWED.perError * error, ALLOWED.perMove * (moves[i] as number)),
    );
    const bounds = { gradients: gradientBounds, statistics };
    compared.push(compareState(step, { step: compared.length + 1, still, bounds }));
    expect(step.ours.step).toBe(compared.length);
  }
  expect(compared.length).toBe(keras.steps);

  const seldomClose = columns(compared).filter((ofSteps, i) => {
    const error = median(errors.map(({ gradients }) => gradients[i] as number));
    const close = ofSteps.filter(({ share }) => share <= max(ALLOWED.gradient, ALLOWED.perError * error));
    return close.length < ALLOWED.closeSteps && !still.test(ofSteps[0]?.name as string);
  });
  expect(seldomClose.map(([first]) => first?.name)).toEqual([]);
}

/** How far a weight's gradient is off, as a share of its largest element. */
interface GradientShare {
  name: string;
  share: number;
}

/** @param bounds how far each trainable weight's gradient, as a share, and each moving statistic may be off */
function compareState(
  { ours, keras, before, names }: ComparedStep,
  {
    step,
    still,
    bounds,
  }: { step: number; still: RegExp; bounds: { gradients: number[]; statistics: number[] } },
): GradientShare[] {
  const of = (state: typeof ours, name: string) =>
    state.tensors.find((tensor) => tensor.name === name)?.data as Float32Array;
  const three = (name: string) => [of(ours, name), of(keras, name), of(before, name)] as const;
  const gradient = (m: number, old: number) => (m - ADAM.beta1 * old) / (1 - ADAM.beta1);

  const trainable = names.trainable.map((name, i) => {
    const [m, kerasM, oldM] = three(`m.${i}`);
    const largest = largestOf(kerasM, (value, k) => gradient(value, oldM[k] as number));
    const error = largestOf(m, (value, k) => gradient(value - (kerasM[k] as number), 0));
    return { name, i, largest, error, share: error / largest, moving: !still.test(name) };
  });
  const steepest = max(...trainable.map(({ largest }) => largest));
  for (const { largest, error, moving } of trainable) {
    if (!moving) expect(largest + error).toBeLessThan(ALLOWED.still * steepest);
  }
  const within = ({ i, share }: (typeof trainable)[number]) => share <= (bounds.gradients[i] as number);
  expect(trainable.filter((weight) => weight.moving && !within(weight))).toEqual([]);

  for (const { name, i, largest, share, moving } of trainable) {
    const [v, kerasV] = three(`v.${i}`);
    const [m, kerasM, oldM] = three(`m.${i}`);
    const [w, kerasW] = three(`weight.${names.all.indexOf(name)}`);
    const rate = (ADAM.rate * sqrt(1 - ADAM.beta2 ** step)) / (1 - ADAM.beta1 ** step);
    const moved = (first: number, second: number) => (rate * first) / (sqrt(second) + ADAM.epsilon);
    let [worstV, worstUpdate, worstWeight] = [0, 0, 0];
    w.forEach((weight, k) => {
      const [a, b, ka, kb] = [m[k], v[k], kerasM[k], kerasV[k]] as [number, number, number, number];
      const [slope, kerasSlope] = [gradient(a, oldM[k] as number), gradient(ka, oldM[k] as number)];
      // By what the squares of the gradients differ, and what rounding leaves of those taken back from the moments.
      const squares = abs(slope ** 2 - kerasSlope ** 2) + 2 * largest ** 2 * ALLOWED.gradient;
      const allowed = ALLOWED.secondMoment * 1.1 * kb + (1 - ADAM.beta2) * squares;
      worstV = max(worstV, abs(b - kb) / allowed);
      // The weights differ by what Adam's formula makes of the moments, and by two roundings.
      const difference = weight - (kerasW[k] as number) + moved(a, b) - moved(ka, kb);
      const rounding = 2 ** -23 * abs(weight) + 2e-5 * ADAM.rate;
      worstUpdate = max(worstUpdate, abs(difference) / rounding);
      if (moving && abs(kerasSlope) >= 0.01 * largest) {
        worstWeight = max(worstWeight, abs(weight - (kerasW[k] as number)));
      }
    });
    if (moving) expect(worstV).toBeLessThanOrEqual(1);
    expect(worstUpdate).toBeLessThanOrEqual(1);
    // In plain words: where there is a slope, the weights agree to a hundredth of a step.
    if (share <= ALLOWED.gradientOfWeight) expect(worstWeight).toBeLessThan(0.01 * ADAM.rate);
  }

  const statistics = names.all.filter((name) => !names.trainable.includes(name));
  statistics.forEach((name, i) => {
    const [statistic, kerasStatistic] = three(`weight.${names.all.indexOf(name)}`);
    const error = largestOf(statistic, (value, k) => value - (kerasStatistic[k] as number));
    const rounding = ALLOWED.statistic * max(1, largestOf(kerasStatistic));
    expect(error).toBeLessThanOrEqual(rounding + (bounds.statistics[i] as number));
  });
  return trainable;
}

function columns<T>(rows: readonly T[][]): T[][] {
  return (rows[0] ?? []).map((_, i) => rows.map((row) => row[i] as T));
}

function largestOf(
  values: Float32Array,
  of: (value: number, index: number) => number = (value) => value,
): number {
  return values.reduce((most, value, k) => max(most, abs(of(value, k))), 0);
}
