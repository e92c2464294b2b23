/** The protocol of a pass. */
import type { GraphProto } from "@congruent/onnx";
import type { Scope } from "./scope.js";

/**
 * A rewriting of one graph that leaves what it computes as it is. A value keeps its name as long as it is there, and no name comes to mean
 * another value; nodes that stay keep their names. Bodies of If, Loop and Scan are graphs that it is given by themselves.
 */
export interface Pass {
  /** What it does, as half a sentence. */
  title: string;
  /** The graph rewritten; the same object where there is nothing to do. */
  run(scope: Scope): GraphProto;
}
