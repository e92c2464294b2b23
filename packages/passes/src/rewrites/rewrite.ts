/** The protocol of a rewrite: what a runtime computes wrongly, as something that all compute right. */
import type { Tensor } from "@congruent/core";
import type { ModelProto, NodeProto } from "@congruent/onnx";
import type { Pass } from "../pass.js";
import type { Scope } from "../scope.js";

/** A model that a runtime computes wrongly, with inputs that show it. */
export interface Evidence {
  model: ModelProto;
  inputs: Record<string, Tensor>;
}

export interface Rewrite {
  /** What is wrong, as a sentence. */
  fault: string;
  /** What is done instead, as half a sentence. */
  remedy: string;
  /** The runtimes that compute it wrongly, by name. */
  runtimes: readonly string[];
  /** Versions of ONNX Runtime for which that was measured, as npm writes ranges. A test fails where another one is installed. */
  versions: string;
  link: string;
  /** A model of which every output is wrong. Tests run it: it must be wrong before and right after. */
  evidence(): Evidence;
  /** Whether a node is computed wrongly, by its attributes and the shapes of its operands. */
  applies(node: NodeProto, scope: Scope): boolean;
  /** Rewrites every node to which it applies. */
  run: Pass["run"];
}
