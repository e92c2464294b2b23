import { defineRuntime } from "./runtime-definition.js";

/** This project's own interpreter, @congruent/reference, which shares no code with any runtime. */
export const reference = defineRuntime({
  name: "reference",
  title: "Reference",
  description: "this project's own, double precision",
  platform: "node",
  kernels: "fp64",
  optimizer: null,
  threaded: false,
  variants: [],
  needs: "nothing more. Default: 100 samples",
  remedy: "reinstall the dependencies: pnpm install",
  ort: null,
});
