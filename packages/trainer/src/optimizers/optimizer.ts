import type { GraphBuilder, Ref } from "../graph/graph-builder.js";
import type { Tensor, TensorFlow } from "../tensorflow.js";

/**
 * Turns gradients into new weights, for all weights of a model at once. It is implemented twice: as operators of a graph
 * and as eager tfjs operations. Both must compute the same; Keras is the oracle for both.
 */
export interface Optimizer {
  name: string;
  /** Names of the tensors kept per weight, shaped like the weight. They start at zero; `average` starts at the weight. */
  slots: readonly string[];
  /** The slot with the averaged weights, which are evaluated and saved; null where none are kept. */
  average: string | null;
  /** Whether a schedule decides the learning rate. */
  scheduled: boolean;
  /** The learning rate of a step, counted from 1. */
  learningRateAt(step: number): number;
  /**
   * Sets the learning rate from the next step on.
   *
   * @throws CongruentError `E_SCHEDULE` when a schedule decides it.
   */
  setLearningRate(value: number): void;
  /** Scalars that change from step to step, for the step counted from 1. */
  scalars(step: number): Record<string, number>;
  /** Adds the operators that update the variables; they run after the gradients are known. */
  applyInGraph(builder: GraphBuilder, updates: readonly GraphUpdate[], scalars: Record<string, Ref>): Ref[];
  /** New values of the weights and their slots, in the order given. */
  applyEagerly(
    tf: TensorFlow,
    updates: readonly EagerUpdate[],
    scalars: Record<string, number>,
  ): EagerResult[];
}

export interface GraphUpdate {
  name: string;
  /** Resource handle. */
  variable: Ref;
  /** The variable's value before the update. */
  value: Ref;
  /** Resource handles. */
  slots: Record<string, Ref>;
  gradient: Ref;
}

export interface EagerUpdate {
  weight: Tensor;
  slots: Record<string, Tensor>;
  gradient: Tensor;
}

export interface EagerResult {
  weight: Tensor;
  slots: Record<string, Tensor>;
}

/** The rule for one weight, without what all optimizers share: clipping, weight decay, averaging, the schedule. */
export interface UpdateRule {
  slots: readonly string[];
  /** Scalars besides `learningRate` that change from step to step, for the step counted from 1. */
  scalars(step: number): Record<string, number>;
  /** Adds the operator that updates one variable, after the nodes in `after`. */
  applyInGraph(builder: GraphBuilder, update: RuleGraphUpdate): Ref;
  applyEagerly(tf: TensorFlow, update: RuleEagerUpdate): EagerResult;
}

export interface RuleGraphUpdate extends GraphUpdate {
  /** float32 scalars. */
  scalars: Record<string, Ref>;
  after: readonly Ref[];
}

export interface RuleEagerUpdate extends EagerUpdate {
  scalars: Record<string, number>;
}

/** The value at a key that the caller put there. */
export function required<T>(record: Record<string, T>, key: string): T {
  const value = record[key];
  if (value === undefined) throw new Error(`"${key}" is missing`);
  return value;
}
