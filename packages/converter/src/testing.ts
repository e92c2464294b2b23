/** For tests only: a converted model beside tfjs and the reference. Not part of the published package. */

export { buildRandomModel, randomModels } from "./matrix/random-model.js";
export { drawWeights, predict } from "./matrix/run-case.js";
export { flawsOf, type Trial } from "./matrix/run-model.js";
