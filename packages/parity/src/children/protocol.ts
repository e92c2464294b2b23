import type { Batching, ExitCode, NodeOrtRuntime, Optimization } from "@congruent/core";
import type { PlacedNode } from "@congruent/runtime";
import type { Tensors, Timings, TruthBound } from "../runner.js";

/** What a child process answers, once. */
export type ChildAnswer =
  | {
      ok: true;
      outputs: Tensors;
      versions: Record<string, string>;
      adapter: string | null;
      seconds: number;
      timings?: Timings;
      /** Where the nodes ran, as far as the runtime tells. */
      placed?: PlacedNode[];
      /** Of the reference: how far each output may be off. */
      bounds?: Record<string, TruthBound>;
    }
  | { ok: false; code: string; what: string; fix: string | null; exit: ExitCode };

export interface ModelRequest {
  modelPath: string;
  runtime: NodeOrtRuntime;
  inputs: Tensors;
  batching: Batching;
  threads?: number | undefined;
  optimization: Optimization;
  /** Whether a profile of the first run is kept, which tells where the nodes ran. */
  profile: boolean;
}

export interface ReferenceRequest {
  modelPath: string;
  inputs: Tensors;
  batching: Batching;
}

export interface LayersRequest {
  directory: string;
  inputs: Tensors;
  batchSize: number;
}
