export { loadLayersModel, saveLayersModel } from "./layers-format.js";
export { type WithheldActivation, withLogits, withoutActivations } from "./logits.js";
export { inputNames, outputNames } from "./names.js";
export { predictLayersModel } from "./predict-layers-model.js";
export { runLayersModel } from "./run-layers-model.js";
export type { LayersModel } from "./tensorflow.js";
