import type { Tensors } from "../runner.js";

/** What a child process answers, once. */
export type ChildAnswer =
  | {
      ok: true;
      outputs: Tensors;
      versions: Record<string, string>;
      adapter: string | null;
      seconds: number;
    }
  | { ok: false; code: string; what: string; fix: string | null; exit: 1 | 2 | 3 };

export interface ModelRequest {
  modelPath: string;
  runtime: "node-cpu" | "node-webgpu" | "node-cuda";
  inputs: Tensors;
  batchSize: number | null;
}

export interface LayersRequest {
  directory: string;
  inputs: Tensors;
  batchSize: number;
}
