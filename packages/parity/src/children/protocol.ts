import type { Batching, NodeOrtRuntime } from "@congruent/core";
import type { Optimization, SessionSettings } from "@congruent/core/schemas";
import type { PlacedNode } from "@congruent/runtime";
import type { History, ReferenceBound, Tensors, Timings } from "../runner.js";

/** What each child process answers with. */
interface Answer {
  outputs: Tensors;
  versions: Record<string, string>;
  seconds: number;
}

export interface ModelRequest {
  modelPath: string;
  runtime: NodeOrtRuntime;
  inputs: Tensors;
  batching: Batching;
  threads?: number | undefined;
  optimization: Optimization;
  session?: SessionSettings | undefined;
  /** The folder of another release of onnxruntime-node. */
  onnxruntime?: string | undefined;
  /** How the runs follow each other, where that is what is tested. Default: the inputs once. */
  history?: History | undefined;
  /** Whether a profile of the first run is kept, which tells where the nodes ran. */
  profile: boolean;
}

export interface ModelAnswer extends Answer {
  adapter: string | null;
  timings: Timings;
  /** Where the nodes ran, as far as the runtime reports it. */
  placed?: PlacedNode[];
}

export interface ReferenceRequest {
  modelPath: string;
  inputs: Tensors;
  batching: Batching;
}

/** Some samples that the reference has done, the next ones; all at once where inputs are run once. */
export interface ReferencePart extends Answer {
  samples: number;
  /** How far each output may be off. */
  bounds: Record<string, ReferenceBound>;
}

export interface LayersRequest {
  directory: string;
  inputs: Tensors;
  batching: Batching;
}

export type LayersAnswer = Answer;

export interface TryRequest {
  modelPath: string;
  /** As `GenerateOptions`, in the order in which they are tried. */
  candidates: readonly {
    shapes: readonly (readonly [string, readonly number[]])[];
    fills: readonly string[];
  }[];
  seed: number;
}

export interface TryAnswer {
  /** The position of the first one that works; null where none does. */
  works: number | null;
}
