/** scikit-learn's classical models, from a recipe to an ONNX file that is compared with scikit-learn itself. */
export { type AgreementOptions, agreement } from "./agreement.js";
export {
  type ConvertEstimatorOptions,
  type Converter,
  convertEstimator,
  converters,
} from "./convert-estimator.js";
export { type FitEstimatorOptions, fitEstimator } from "./fit-estimator.js";
export { type FitRecipeOptions, fitRecipe } from "./fit-recipe.js";
export { type FittedRun, fittedPaths, readFittedRun } from "./fitted-run.js";
export { type Predictions, readPredictions } from "./predictions.js";
export { pythonName } from "./python-name.js";
export { VOTING } from "./voting.js";
