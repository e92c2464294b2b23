import type { Contender } from "./contender.js";
import { nodeWorker } from "./node-worker.js";

/** tfjs-node as it is: one call into the same TensorFlow for every operator. */
export const eager: Contender = {
  name: "eager",
  title: "tfjs, eager",
  peer: false,
  configurations: () => [{ title: "one call an operator", values: { engine: "eager" } }],
  command: nodeWorker,
};
