export { loadLayersModel, modelOfArtifacts, saveLayersModel } from "./layers-format.js";
export { type WithheldActivation, withLogits, withoutActivations } from "./logits.js";
export { inputNames, outputNames } from "./names.js";
export {
  type OpenLayersModel,
  openLayersModel,
  type Prediction,
  predictInBatches,
  predictLayersModel,
} from "./predict-layers-model.js";
export { decodeWeights, readArtifacts } from "./read-artifacts.js";
export { endsInSoftmax, runLayersModel } from "./run-layers-model.js";
export type { LayersModel, TensorFlow } from "./tensorflow.js";
