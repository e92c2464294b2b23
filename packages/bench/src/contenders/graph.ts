import type { Contender } from "./contender.js";
import { nodeWorker } from "./node-worker.js";

/** This trainer: the captured graph, in float32. */
export const graph: Contender = {
  name: "graph",
  title: "Congruent",
  peer: false,
  configurations: () => [{ title: "captured graph, float32", values: { engine: "graph" } }],
  command: nodeWorker,
};
