import { loadTensorFlow } from "@congruent/toolchain";
import type { Architecture } from "@congruent/zoo";
import { mersenne } from "pure-rand/generator/mersenne";
import type { Engine } from "./engines/engine.js";
import { createEngine, type EngineName } from "./engines/index.js";
import type { Examples } from "./examples.js";
import { objectiveOf } from "./objective.js";
import { optimizerOf } from "./optimizers/optimizer-of.js";

export interface BenchOptions {
  architecture: Architecture;
  engines: readonly EngineName[];
  batchSize: number;
  /** How often the engines take turns. */
  rounds: number;
  /** Steps per engine and round. */
  steps: number;
  seed: number;
  device?: "cpu" | "gpu";
}

export interface BenchResult {
  architecture: string;
  batchSize: number;
  rounds: number;
  steps: number;
  engines: {
    engine: EngineName;
    /** Milliseconds per training step: the median of each round, in order. */
    roundMedians: number[];
    /** Median of all steps of all rounds. */
    median: number;
    examplesPerSecond: number;
    /** Making the engine ready: capture and load, in milliseconds. */
    preparation: number;
  }[];
}

const CLASSES = 10;
const WARM_UP = 10;

/** Times the training step of each engine on the same data in memory, the engines taking turns in one process. */
export async function benchSteps(options: BenchOptions): Promise<BenchResult> {
  const { architecture, batchSize, rounds, steps, seed, device = "cpu" } = options;
  const tf = await loadTensorFlow({ device });
  const train = randomExamples(architecture, batchSize, seed);
  const positions = Int32Array.from({ length: batchSize }, (_, i) => i);
  const contenders: { name: EngineName; engine: Engine; preparation: number; rounds: number[][] }[] = [];
  for (const name of options.engines) {
    const model = architecture.build(tf, { seed, classes: CLASSES });
    const begin = performance.now();
    const engine = await createEngine(name, {
      tf,
      model,
      objective: objectiveOf(model, { loss: "sparseCategoricalCrossentropy", metrics: ["accuracy"] }),
      train,
      held: null,
      optimizer: optimizerOf({ name: "adam", learningRate: 1e-3, beta1: 0.9, beta2: 0.999, epsilon: 1e-7 }),
      batchSizes: [batchSize],
      seed,
    });
    contenders.push({ name, engine, preparation: performance.now() - begin, rounds: [] });
    for (let i = 0; i < WARM_UP; i++) engine.trainStep(positions);
  }
  for (let round = 0; round < rounds; round++) {
    for (const contender of contenders) {
      const times = [];
      for (let i = 0; i < steps; i++) {
        const begin = performance.now();
        contender.engine.trainStep(positions);
        times.push(performance.now() - begin);
      }
      contender.rounds.push(times);
    }
  }
  for (const { engine } of contenders) engine.close();
  return {
    architecture: architecture.name,
    batchSize,
    rounds,
    steps,
    engines: contenders.map(({ name, preparation, rounds: times }) => {
      const typical = median(times.flat());
      return {
        engine: name,
        roundMedians: times.map(median),
        median: typical,
        examplesPerSecond: (batchSize / typical) * 1000,
        preparation,
      };
    }),
  };
}

function randomExamples(architecture: Architecture, count: number, seed: number): Examples {
  const generator = mersenne(seed);
  const next = (below: number) => (generator.next() >>> 0) % below;
  const length = architecture.inputShape.reduce((product, dim) => product * dim, count);
  const pixels = Uint8Array.from({ length }, () => next(256));
  const labels = Uint8Array.from({ length: count }, () => next(CLASSES));
  return {
    count,
    inputs: [{ dtype: "uint8", shape: architecture.inputShape, data: pixels }],
    targets: [{ dtype: "uint8", shape: [], data: labels }],
    weights: [],
  };
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}
