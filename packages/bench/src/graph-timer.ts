/** The protocol of what times graphs on one runtime. */
import type { RuntimeInBrowser } from "@congruent/core";
import type { ExportGraph } from "@congruent/core/schemas";

export interface GraphFile {
  graph: ExportGraph;
  path: string;
}

export interface OpenGraphs {
  versions: Record<string, string>;
  /** Runs one sample so many times; milliseconds of each run, those of the warm-up left out. */
  turn(graph: ExportGraph, runs: number): Promise<number[]>;
  close(): Promise<void>;
}

export interface GraphTimer extends RuntimeInBrowser {
  /** What has a turn besides its runs, as reports describe it. */
  turns: string;
  /** @throws CongruentError of exit 3 where the runtime is absent */
  open(graphs: readonly GraphFile[], sampleDims: readonly number[]): Promise<OpenGraphs>;
}
