/** What is said of a runtime once, for every list, table, check and message. Safe in a browser. */
export interface RuntimeDefinition<Name extends string = string> {
  /** As it is selected and reported: `node-webgpu`. */
  name: Name;
  /** For menus and headings, without the platform: `WebGPU (native EP)`. */
  title: string;
  /** What computes, in a few words for a table. */
  description: string;
  /** Where it runs: in this process' platform, Node, or on a page of a web browser. */
  platform: "node" | "browser";
  /**
   * Whose arithmetic it computes with. Two runtimes with the same kernels make the same mistakes, so that they agree proves nothing: a
   * verdict counts kernels, not runtimes.
   */
  kernels: string;
  /** What rewrites the graph before it runs: a fault there shows in every runtime that shares it. Null where nothing does. */
  optimizer: "onnxruntime" | null;
  /** Whether the number of threads of one operator can be chosen. */
  threaded: boolean;
  /** Further ways to run it that a matrix shows beside the default. */
  variants: readonly RuntimeVariantKind[];
  /** What a machine must have, for the README's table. */
  needs: string;
  /** What to do when it is missing, for the person who sees the error. */
  remedy: string;
  /** The execution provider, of a runtime that is ONNX Runtime; null for others. */
  ort: OrtProvider<Name> | null;
}

/** `threads`: with as many threads as pay on this machine, where the default is one. */
export type RuntimeVariantKind = "threads";

/** One execution provider of one build of ONNX Runtime. */
export interface OrtProvider<Name extends string = string> {
  /** As sessions name it: `webgpu`. */
  name: string;
  /** As ONNX Runtime's profile names it: `WebGpuExecutionProvider`. */
  profileName: string;
  /** The file of onnxruntime-web's dist folder that a page without a bundler loads; null in Node. */
  webBundle: string | null;
  /** The runtime whose provider a repro offers on the other platform. */
  counterpart: Name;
}

/** Keeps the literal types of a definition, from which the names of runtimes are derived. */
export function defineRuntime<const Definition extends RuntimeDefinition>(
  definition: Definition,
): Definition {
  return definition;
}
