import type { GraphBuilder, Ref } from "../graph/graph-builder.js";
import type { Tensor, TensorFlow } from "../tensorflow.js";

/**
 * An update rule, told twice: as operators of a graph and as eager tfjs operations. Both must compute the same;
 * Keras is the oracle for both.
 */
export interface Optimizer {
  name: string;
  /** Names of the tensors kept per weight, shaped like the weight, zero at the start. */
  slots: readonly string[];
  /** Scalars that change from step to step, for the step counted from 1. */
  scalars(step: number): Record<string, number>;
  /** Adds the operator that updates one variable; it must run after `gradient` is known. */
  applyInGraph(builder: GraphBuilder, update: GraphUpdate): Ref;
  /** New values of one weight and its slots. */
  applyEagerly(tf: TensorFlow, update: EagerUpdate): { weight: Tensor; slots: Record<string, Tensor> };
}

export interface GraphUpdate {
  name: string;
  /** Resource handles. */
  variable: Ref;
  slots: Record<string, Ref>;
  /** float32 scalars. */
  scalars: Record<string, Ref>;
  gradient: Ref;
}

export interface EagerUpdate {
  weight: Tensor;
  slots: Record<string, Tensor>;
  scalars: Record<string, number>;
  gradient: Tensor;
}

/** The value at a key that the caller put there. */
export function required<T>(record: Record<string, T>, key: string): T {
  const value = record[key];
  if (value === undefined) throw new Error(`"${key}" is missing`);
  return value;
}
