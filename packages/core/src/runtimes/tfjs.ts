import { defineRuntime } from "./runtime-definition.js";

/** The layers model that the ONNX file was made from, on TensorFlow's kernels. */
export const tfjs = defineRuntime({
  name: "tfjs",
  title: "TensorFlow.js",
  description: "the source model on tfjs-node, eagerly",
  platform: "node",
  kernels: "tensorflow",
  optimizer: null,
  threaded: false,
  variants: [],
  needs: "what set-up installs",
  remedy: "npm run setup",
  ort: null,
});
