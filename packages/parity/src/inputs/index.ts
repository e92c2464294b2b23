/** Inputs for a model without a data set. */

export { bindStrings } from "./bind-strings.js";
export { type GeneratedInputs, type GenerateOptions, generateInputs } from "./generate-inputs.js";
export { guessStrategy } from "./guess-strategy.js";
export {
  batchingOf,
  type InputShapes,
  inputShapes,
  openAxes,
  parseShapes,
  type ShapeOverrides,
} from "./input-shapes.js";
export { NORMALIZATIONS, type Normalization } from "./picture-inputs.js";
export { type ReadInputsOptions, readInputs } from "./read-inputs.js";
export type { RunInputs, Strings } from "./run-inputs.js";
export { describeStrategy, type NamedStrategy, parseStrategy, strategies } from "./strategies.js";
export { hasTestData, readTensor, readTestData } from "./test-data.js";
