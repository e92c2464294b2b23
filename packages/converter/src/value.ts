import type { DType } from "@congruent/core";
import type { Dimension } from "./dimensions.js";

/** A value of the graph that is being made: what a node gives, an input or a weight. */
export interface GraphValue {
  readonly name: string;
  readonly shape: readonly Dimension[];
  readonly dtype: DType;
  /** The Keras mask that goes with it, bool of its first axes ([batch, time]); null where there is none. */
  readonly mask: GraphValue | null;
}
