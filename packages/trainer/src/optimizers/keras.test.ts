/** @needs export tensorflow */

import { fileURLToPath } from "node:url";
import { type OptimizerConfig, optimizerSchema } from "@congruent/core/schemas";
import { timeLimits } from "@congruent/core/testing";
import { loadTensorFlow } from "@congruent/toolchain";
import { askOracle } from "@congruent/toolchain/testing";
import { beforeAll, describe, expect, it, jest } from "@jest/globals";
import { mersenne } from "pure-rand/generator/mersenne";
import { createEngine, engineNames } from "../engines/index.js";
import { scheduleOf } from "../schedules/index.js";
import type { LayersModel, TensorFlow, Variable } from "../tensorflow.js";
import { type Batch, classification, positionsOf } from "../testing/batches.js";
import { optimizerOf } from "./optimizer-of.js";

jest.setTimeout(timeLimits.training);

const script = fileURLToPath(new URL("../../oracle/keras_optimizers.py", import.meta.url));
const STEPS = 20;
const SHAPES = [[12, 7], [7], [7, 4], [4]] as const;

interface Case {
  title: string;
  /** As a recipe says it. */
  config: Record<string, unknown>;
  /** As Keras says it. */
  keras: {
    optimizer: string;
    arguments: Record<string, unknown>;
    schedule?: Record<string, unknown>;
    constraints?: readonly ({ name: string; arguments: Record<string, unknown> } | null)[];
  };
  /** Of the four weights in their order, as tfjs says them. */
  constraints?(): (Constraint | null)[];
  schedule?: {
    warmupSteps: number;
    warmupTarget: number;
    initialLearningRate: number;
    alpha: number;
    decaySteps: number;
  };
  /** Our slot → Keras' variable. */
  slots: Record<string, string>;
}

const momentum = { momentum: "momentum" };
const adamSlots = { m: "momentum", v: "velocity" };
const cases: Case[] = [
  {
    title: "sgd",
    config: { name: "sgd", learningRate: 0.1 },
    keras: { optimizer: "SGD", arguments: { learning_rate: 0.1 } },
    slots: {},
  },
  {
    title: "sgd with momentum",
    config: { name: "sgd", learningRate: 0.05, momentum: 0.9 },
    keras: { optimizer: "SGD", arguments: { learning_rate: 0.05, momentum: 0.9 } },
    slots: momentum,
  },
  {
    title: "sgd with Nesterov's momentum and clipnorm",
    config: { name: "sgd", learningRate: 0.05, momentum: 0.9, nesterov: true, clipnorm: 0.2 },
    keras: {
      optimizer: "SGD",
      arguments: { learning_rate: 0.05, momentum: 0.9, nesterov: true, clipnorm: 0.2 },
    },
    slots: momentum,
  },
  {
    title: "sgd with clipvalue and weight decay",
    config: { name: "sgd", learningRate: 0.1, clipvalue: 0.02, weightDecay: 0.05 },
    keras: { optimizer: "SGD", arguments: { learning_rate: 0.1, clipvalue: 0.02, weight_decay: 0.05 } },
    slots: {},
  },
  {
    title: "adam with globalClipnorm",
    config: { name: "adam", globalClipnorm: 0.3 },
    keras: { optimizer: "Adam", arguments: { global_clipnorm: 0.3 } },
    slots: adamSlots,
  },
  {
    title: "adam with averaged weights",
    config: { name: "adam", learningRate: 0.005, ema: { momentum: 0.8 } },
    keras: { optimizer: "Adam", arguments: { learning_rate: 0.005, use_ema: true, ema_momentum: 0.8 } },
    slots: { ...adamSlots, average: "average" },
  },
  {
    title: "adamw",
    config: { name: "adamw", weightDecay: 0.1 },
    keras: { optimizer: "AdamW", arguments: { weight_decay: 0.1 } },
    slots: adamSlots,
  },
  {
    title: "adam with a cosine schedule and warm-up",
    config: { name: "adam" },
    keras: {
      optimizer: "Adam",
      arguments: {},
      schedule: {
        initial_learning_rate: 1e-4,
        decay_steps: 12,
        alpha: 0.1,
        warmup_target: 4e-3,
        warmup_steps: 5,
      },
    },
    schedule: { initialLearningRate: 1e-4, decaySteps: 12, alpha: 0.1, warmupTarget: 4e-3, warmupSteps: 5 },
    slots: adamSlots,
  },
  {
    title: "rmsprop",
    config: { name: "rmsprop" },
    keras: { optimizer: "RMSprop", arguments: {} },
    slots: { velocity: "velocity" },
  },
  {
    title: "rmsprop, centered, with momentum and a large epsilon",
    config: { name: "rmsprop", rho: 0.8, momentum: 0.5, epsilon: 1e-3, centered: true },
    keras: {
      optimizer: "RMSprop",
      arguments: { rho: 0.8, momentum: 0.5, epsilon: 1e-3, centered: true },
    },
    slots: { velocity: "velocity", momentum: "momentum", averageGradient: "average_gradient" },
  },
  {
    title: "sgd with maxNorm, nonNeg, unitNorm and minMaxNorm, and averaged weights",
    config: { name: "sgd", learningRate: 0.1, momentum: 0.9, ema: { momentum: 0.8 } },
    keras: {
      optimizer: "SGD",
      arguments: { learning_rate: 0.1, momentum: 0.9, use_ema: true, ema_momentum: 0.8 },
      constraints: [
        { name: "MaxNorm", arguments: { max_value: 0.9, axis: 0 } },
        { name: "NonNeg", arguments: {} },
        { name: "UnitNorm", arguments: { axis: 1 } },
        { name: "MinMaxNorm", arguments: { min_value: 0.2, max_value: 0.3, rate: 0.5, axis: 0 } },
      ],
    },
    constraints: () => [
      tf.constraints.maxNorm({ maxValue: 0.9, axis: 0 }),
      tf.constraints.nonNeg(),
      tf.constraints.unitNorm({ axis: 1 }),
      tf.constraints.minMaxNorm({ minValue: 0.2, maxValue: 0.3, rate: 0.5, axis: 0 }),
    ],
    slots: { momentum: "momentum", average: "average" },
  },
];

interface Answer {
  losses: number[];
  weights: number[][];
  slots: Record<string, number[][]>;
  learning_rates: number[];
}

let tf: TensorFlow;
let initial: { shape: readonly number[]; values: number[] }[];
let batches: Batch[];
let answers: Answer[];

beforeAll(async () => {
  tf = await loadTensorFlow({ device: "cpu" });
  const generator = mersenne(5);
  const uniform = () => (generator.next() >>> 0) / 2 ** 32 - 0.5;
  // float32 values on both sides.
  initial = SHAPES.map((shape) => ({
    shape,
    values: Array.from({ length: shape.reduce((a: number, b) => a * b, 1) }, () => Math.fround(uniform())),
  }));
  batches = Array.from({ length: STEPS }, () => ({
    size: 16,
    inputs: Float32Array.from({ length: 16 * 12 }, () => 2 * uniform()),
    labels: Int32Array.from({ length: 16 }, () => (generator.next() >>> 0) % 4),
  }));
  const stdout = await askOracle({
    environment: "export",
    script,
    input: JSON.stringify({
      weights: initial,
      batches: batches.map(({ inputs, labels }) => ({ inputs: [...inputs], labels: [...labels] })),
      cases: cases.map(({ keras }) => keras),
    }),
    timeoutMs: 120_000,
  });
  answers = JSON.parse(stdout) as Answer[];
}, 600_000);

type Constraint = ReturnType<TensorFlow["constraints"]["nonNeg"]>;

function build(constraints: readonly (Constraint | null)[] = []): LayersModel {
  const of = (i: number) => {
    const [kernelConstraint, biasConstraint] = [constraints[i], constraints[i + 1]];
    return { ...(kernelConstraint && { kernelConstraint }), ...(biasConstraint && { biasConstraint }) };
  };
  const model = tf.sequential({
    layers: [
      tf.layers.dense({ units: 7, inputShape: [12], activation: "tanh", ...of(0) }),
      tf.layers.dense({ units: 4, activation: "softmax", ...of(2) }),
    ],
  });
  // Past tfjs' setWeights, which applies constraints already to the weights that a training begins with; Keras' does not.
  model.weights.forEach((weight, i) => {
    const { shape, values } = initial[i] as (typeof initial)[number];
    (weight.read() as Variable).assign(tf.tensor(values, [...shape]));
  });
  return model;
}

function difference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  expect(a.length).toBe(b.length);
  return Array.from(a, (value, i) => Math.abs(value - (b[i] as number))).reduce((x, y) => Math.max(x, y), 0);
}

/** The same initial weights and batches: `keras.optimizers` on TensorFlow is the oracle. */
describe.each(engineNames)("optimizers of the %s engine and of Keras", (engineName) => {
  it.each(cases.map((c, i) => [c.title, c, i] as const))(`%s: ${STEPS} steps`, async (_title, c, i) => {
    const answer = answers[i] as Answer;
    const config = optimizerSchema.parse(c.config) as OptimizerConfig;
    const optimizer = optimizerOf(
      config,
      c.schedule &&
        scheduleOf(
          { name: "cosine", ...c.schedule },
          { learningRate: config.learningRate, stepsPerEpoch: STEPS, epochs: 1 },
        ),
    );
    const engine = await createEngine(engineName, {
      tf,
      ...classification(build(c.constraints?.()), batches),
      optimizer,
      seed: 1,
    });
    const losses = positionsOf(batches).map((positions, step) => {
      // Keras evaluates its schedule in float32: a few units in the last place of the largest rate.
      const rate = answer.learning_rates[step] as number;
      expect(Math.abs(optimizer.learningRateAt(step + 1) - rate)).toBeLessThan(1e-6 * 4e-3 + 1e-7 * rate);
      return engine.trainStep(positions)[0] as number;
    });
    // float32 on both sides, other orders of summation: a gradient is off by some 1e-7 relative, and 20 steps of at
    // most 0.1 let that grow by a small factor. 5e-6 is half a percent of one step of Adam's 1e-3.
    expect(difference(losses, answer.losses)).toBeLessThan(5e-6);
    const { tensors } = engine.state();
    const named = (slot: string) =>
      tensors.filter(({ name }) => name.startsWith(`${slot}.`)).map(({ data }) => data);
    named("weight").forEach((data, k) => {
      expect(difference(data, answer.weights[k] as number[])).toBeLessThan(5e-6);
    });
    for (const [slot, variable] of Object.entries(c.slots)) {
      const expected = answer.slots[variable] as number[][];
      expect(expected).toHaveLength(SHAPES.length);
      named(slot).forEach((data, k) => {
        expect(difference(data, expected[k] as number[])).toBeLessThan(5e-6);
      });
    }
    engine.close();
  });
});
