import { defineRuntime } from "./runtime-definition.js";

/** Outputs that were computed elsewhere and came as a file: nothing is run. */
export const recorded = defineRuntime({
  name: "recorded",
  title: "Recorded",
  description: "outputs from elsewhere, as a file: PyTorch, Keras, a phone's log",
  platform: "node",
  kernels: "recorded",
  optimizer: null,
  threaded: false,
  variants: [],
  needs: "a file of outputs: `--expected FILE.npz`",
  remedy: "give the file of outputs: --expected FILE.npz (expected: in parity)",
  ort: null,
});
