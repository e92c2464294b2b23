import type { Batching, NodeOrtRuntime } from "@congruent/core";
import type { Optimization, SessionSettings } from "@congruent/core/schemas";
import type { PlacedNode } from "@congruent/runtime";
import type { Part } from "../run-in-parts.js";
import type { History, ReferenceBound, Tensors } from "../runner.js";

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
  /** Milliseconds from the start of the process, where batches may be smaller than asked for; see `runInParts`. */
  growWithinMs?: number | undefined;
}

export interface ModelPart extends Part {
  versions: Record<string, string>;
  adapter: string | null;
  /** Milliseconds until the model could run. */
  load: number;
  /** Where the nodes of the first part ran, as far as the runtime reports it. */
  placed?: PlacedNode[];
}

export interface ReferenceRequest {
  modelPath: string;
  inputs: Tensors;
  batching: Batching;
  /** How many threads share the samples. */
  threads: number;
  /** They begin where the samples that are left take longer, in milliseconds. Default: 2000. */
  threadsFromMs?: number;
}

export interface ReferencePart extends Part {
  versions: Record<string, string>;
  /** How far each output may be off. */
  bounds: Record<string, ReferenceBound>;
}

export interface LayersRequest {
  directory: string;
  inputs: Tensors;
  /** Names of the file's outputs. */
  outputs: readonly string[];
  batching: Batching;
  /** As for {@link ModelRequest}. */
  growWithinMs?: number | undefined;
}

export interface LayersPart extends Part {
  versions: Record<string, string>;
}

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
