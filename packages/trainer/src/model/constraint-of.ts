import type { LayersModel, Tensor } from "../tensorflow.js";

/** What a weight is made to obey after every update: a constraint of tfjs', or an object of the user's with the same methods. */
export interface Constraint {
  /** @param weight float32, any shape @returns the same shape */
  apply(weight: Tensor): Tensor;
}

/** The constraint of a weight; null where there is none. */
export function constraintOf(weight: LayersModel["weights"][number]): Constraint | null {
  return (weight as unknown as { constraint?: Constraint | null }).constraint ?? null;
}
