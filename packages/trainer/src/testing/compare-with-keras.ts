import { expect } from "@jest/globals";
import {
  type ComparedStep,
  type KerasAnswer,
  type KerasTraining,
  type OwnSteps,
  stepsLikeKeras,
} from "./keras-steps.js";

/** What is allowed, and why. Gradients are measured against the largest of their tensor. */
const ALLOWED = {
  /** A float32 mean of some tens of terms near 1, plus a sum of squares: a few roundings of 6e-8. */
  loss: 2e-6,
  /**
   * A loss moves by at most twice what its logits do. How far Keras' float32 logits are from the exact ones is measured
   * at each step; ours, as near as those, may be off to the other side.
   */
  lossPerLogitError: 4,
  /**
   * Sums of up to 1e5 float32 products in another order; through batch normalisations they cancel, on one processor more
   * than on another. What float32 makes of it is measured: the most that Keras' own gradients are off in its smooth steps.
   */
  perGradientError: 4,
  /** Where Keras' gradients are exact to the last bit or so. */
  gradient: 2e-5,
  /** Keras' own gradients are further off only where one of its units is at a kink. */
  smooth: 1e-4,
  /**
   * Where a unit's input lies within rounding of zero, or two of a maximum's within rounding of each other, one side
   * lets the gradient pass and the other does not. In a batch of six such a unit may be a tenth of what its weights get.
   */
  gradientAtKink: 0.1,
  /** So many of twenty steps may hold such a unit of ours; those in which Keras has one are known. */
  stepsWithKinks: 3,
  /** Keras 3 weighs g² by 0.001; TensorFlow's fused Adam by 1 - 0.999f, which is 1.3e-5 less. */
  secondMoment: 1.3e-5,
  /** Averages of float32 activations, a hundredth of which moves the statistic. */
  statistic: 1e-6,
  /** Gradients that are zero but for rounding, against the largest of the network. */
  still: 1e-5,
} as const;
const ADAM = { rate: 1e-3, beta1: 0.9, beta2: 0.999, epsilon: 1e-7 };

/**
 * Expects every one of the steps that Keras takes to end, taken by an engine of ours, where Keras' step ends: loss,
 * regularised loss of held-out images, gradients (by Adam's first moment), second moments, weights, moving statistics.
 *
 * @param still weights whose gradient is zero in exact arithmetic: a bias right before a batch normalisation, and the
 *   bias of attention's keys, which moves all scores of a row alike. What rounding leaves of them cannot be compared.
 */
export async function expectKerasSteps(
  keras: KerasTraining,
  { still = /^$/, ...own }: OwnSteps & { still?: RegExp },
): Promise<void> {
  const { gradientErrors } = keras.answers[own.network] as KerasAnswer;
  let [taken, kinks] = [0, 0];
  for await (const step of stepsLikeKeras(keras, own)) {
    taken += 1;
    const logits = ALLOWED.lossPerLogitError * step.logitError;
    for (const [[ours, theirs], more] of [[step.loss, logits] as const, [step.heldLoss, 0] as const]) {
      expect(Math.abs(ours - theirs)).toBeLessThanOrEqual(ALLOWED.loss * Math.max(1, theirs) + more);
    }
    expect(step.ours.step).toBe(taken);
    const errors = gradientErrors.map((shares) =>
      Math.max(...shares.filter((_, i) => !still.test(step.names.trainable[i] as string))),
    );
    const tolerance = gradientTolerance(errors);
    const off = compareState(step, { step: taken, still, tolerance });
    expect(off).toBeLessThanOrEqual(ALLOWED.gradientAtKink);
    const kerasKink = (errors[taken - 1] as number) > ALLOWED.smooth;
    if (off > tolerance && !kerasKink) kinks += 1;
  }
  expect(taken).toBe(keras.steps);
  expect(kinks).toBeLessThanOrEqual(ALLOWED.stepsWithKinks);
}

/** How far two gradients may be apart, from how far Keras' own are from the exact ones in each step. */
function gradientTolerance(errors: readonly number[]): number {
  const smooth = errors.filter((error) => error <= ALLOWED.smooth);
  return Math.max(ALLOWED.gradient, ALLOWED.perGradientError * Math.max(...smooth));
}

/** Returns how far the gradients are off, as a share of the largest of their tensor. */
function compareState(
  { ours, keras, before, names }: ComparedStep,
  { step, still, tolerance }: { step: number; still: RegExp; tolerance: number },
): number {
  const of = (state: typeof ours, name: string) =>
    state.tensors.find((tensor) => tensor.name === name)?.data as Float32Array;
  const three = (name: string) => [of(ours, name), of(keras, name), of(before, name)] as const;
  const gradient = (m: number, old: number) => (m - ADAM.beta1 * old) / (1 - ADAM.beta1);

  const trainable = names.trainable.map((name, i) => {
    const [m, kerasM, oldM] = three(`m.${i}`);
    const largest = largestOf(kerasM, (value, k) => gradient(value, oldM[k] as number));
    const error = largestOf(m, (value, k) => gradient(value - (kerasM[k] as number), 0));
    return { name, i, largest, error };
  });
  const steepest = Math.max(...trainable.map(({ largest }) => largest));
  const moving = trainable.filter(({ name }) => !still.test(name));
  for (const { name, largest, error } of trainable) {
    if (still.test(name)) expect(largest + error).toBeLessThan(ALLOWED.still * steepest);
  }
  const off = Math.max(...moving.map(({ error, largest }) => error / largest));

  for (const { name, i, largest } of trainable) {
    const [v, kerasV] = three(`v.${i}`);
    const [m, kerasM, oldM] = three(`m.${i}`);
    const [w, kerasW] = three(`weight.${names.all.indexOf(name)}`);
    const rate = (ADAM.rate * Math.sqrt(1 - ADAM.beta2 ** step)) / (1 - ADAM.beta1 ** step);
    const moved = (first: number, second: number) => (rate * first) / (Math.sqrt(second) + ADAM.epsilon);
    let [worstV, worstUpdate, worstWeight] = [0, 0, 0];
    w.forEach((weight, k) => {
      const [a, b, ka, kb] = [m[k], v[k], kerasM[k], kerasV[k]] as [number, number, number, number];
      // The gradients differ by at most off · largest; so do their squares, by twice the gradient.
      const square = 2 * (1 - ADAM.beta2) * largest ** 2 * Math.max(off, tolerance);
      worstV = Math.max(worstV, Math.abs(b - kb) / (ALLOWED.secondMoment * 1.1 * kb + square));
      // The weights differ by what Adam's formula makes of the moments, and by two roundings.
      const difference = weight - (kerasW[k] as number) + moved(a, b) - moved(ka, kb);
      const rounding = 2 ** -23 * Math.abs(weight) + 2e-5 * ADAM.rate;
      worstUpdate = Math.max(worstUpdate, Math.abs(difference) / rounding);
      const slope = Math.abs(gradient(ka, oldM[k] as number));
      if (still.test(name) || slope < 0.01 * largest) return;
      worstWeight = Math.max(worstWeight, Math.abs(weight - (kerasW[k] as number)));
    });
    if (!still.test(name)) expect(worstV).toBeLessThanOrEqual(1);
    expect(worstUpdate).toBeLessThanOrEqual(1);
    // In plain words: where there is a slope, the weights agree to a hundredth of a step.
    if (off <= tolerance) expect(worstWeight).toBeLessThan(0.01 * ADAM.rate);
  }

  names.all.forEach((name, i) => {
    if (names.trainable.includes(name)) return;
    const [statistic, kerasStatistic] = three(`weight.${i}`);
    const error = largestOf(statistic, (value, k) => value - (kerasStatistic[k] as number));
    expect(error).toBeLessThanOrEqual(ALLOWED.statistic * Math.max(1, largestOf(kerasStatistic)));
  });
  return off;
}

function largestOf(
  values: Float32Array,
  of: (value: number, index: number) => number = (value) => value,
): number {
  return values.reduce((max, value, k) => Math.max(max, Math.abs(of(value, k))), 0);
}
