import { DataType } from "../generated/tensorflow/core/framework/types_pb.js";
import type { Ref } from "./graph-builder.js";
import type { Signature, SignatureTensor } from "./saved-model.js";
import type { StoredExamples } from "./stored-examples.js";

/** The nodes that the signatures name: a captured training step, its variables and its examples. */
export interface TrainingNodes {
  /** Weights and optimizer slots. */
  stored: readonly { initial: Ref; shape: readonly number[] }[];
  init: Ref;
  train: StoredExamples | null;
  /** By batch size. */
  steps: ReadonlyMap<number, { positions: Ref; report: Ref; summed: readonly unknown[] }>;
  stepNumber: Ref;
  scalars: Readonly<Record<string, Ref>>;
}

/**
 * Signatures by which any program that runs SavedModels can train with a captured graph: `init` sets the weights and
 * slots, `load` the examples, `stepN` trains on the N examples at `positions` and gives the report.
 *
 * @param names what `init` calls each of `stored`: as checkpoints do, `weight.0`, `m.0` …
 */
export function trainingSignatures(
  nodes: TrainingNodes,
  names: readonly string[],
): Record<string, Signature> {
  const { stored, init, train, steps, stepNumber, scalars } = nodes;
  const number = (ref: Ref) => float(ref, []);
  const initial = Object.fromEntries(
    stored.map(({ initial: ref, shape }, i) => [names[i] as string, float(ref, shape)]),
  );
  const signatures: Record<string, Signature> = {
    init: { inputs: initial, outputs: { done: number(init) } },
  };
  if (train) signatures.load = train.signature();
  const optimizer = Object.fromEntries(Object.entries(scalars).map(([name, ref]) => [name, number(ref)]));
  for (const [size, { positions, report, summed }] of steps) {
    signatures[`step${size}`] = {
      inputs: {
        positions: { ref: positions, dtype: DataType.DT_INT32, shape: [size] },
        step: { ref: stepNumber, dtype: DataType.DT_INT32, shape: [] },
        ...optimizer,
      },
      outputs: { report: float(report, [summed.length]) },
    };
  }
  return signatures;
}

function float(ref: Ref, shape: readonly number[]): SignatureTensor {
  return { ref, dtype: DataType.DT_FLOAT, shape };
}
