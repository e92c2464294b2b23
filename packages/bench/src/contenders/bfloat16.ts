import { CongruentError } from "@congruent/core";
import { refusePrecision } from "@congruent/trainer";
import type { Contender } from "./contender.js";
import { nodeWorker } from "./node-worker.js";

/** This trainer with convolutions and products of matrices in bfloat16, weights and sums in float32. */
export const bfloat16: Contender = {
  name: "bfloat16",
  title: "Congruent, bfloat16",
  peer: false,
  unavailable: whyNot,
  configurations: () => [
    { title: "captured graph, mixed bfloat16", values: { engine: "graph", precision: "mixedBfloat16" } },
  ],
  command: nodeWorker,
};

function whyNot(): string | null {
  try {
    refusePrecision("mixedBfloat16", "graph", "cpu");
    return null;
  } catch (error) {
    if (error instanceof CongruentError) return error.what;
    throw error;
  }
}
