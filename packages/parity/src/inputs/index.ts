/** Inputs for a model without a data set. */
export { type GeneratedInputs, type GenerateOptions, generateInputs } from "./generate-inputs.js";
export { guessStrategy } from "./guess-strategy.js";
export {
  batchingOf,
  type InputShapes,
  inputShapes,
  parseShapes,
  type ShapeOverrides,
} from "./input-shapes.js";
export { describeStrategy, type NamedStrategy, parseStrategy, strategies } from "./strategies.js";
export { hasTestData, readTensor, readTestData } from "./test-data.js";
