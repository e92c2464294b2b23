import type { Batching, Tensor } from "@congruent/core";
import type { GenerateOptions } from "./generate-inputs.js";

/** Strings by input name: they become a part of the model, as tensors that cross package borders have no strings. */
export type Strings = Readonly<Record<string, { dims: readonly number[]; data: readonly string[] }>>;

export interface RunInputs {
  /** What a report says of them. */
  source: string;
  tensors: Record<string, Tensor>;
  strings?: Strings | undefined;
  /** The right label of every sample. */
  labels?: ArrayLike<number> | undefined;
  /** Where these inputs are those of one run. */
  batching?: Batching | undefined;
  /** How they were made up, where they were: others can be tried where every runtime refuses them. */
  generated?: GenerateOptions | undefined;
}
