import { casesOf, type LayerCases, type MatrixCase } from "../layer-cases.js";
import { activationCases } from "./activations.js";
import { convolutionCases } from "./convolutions.js";
import { coreCases } from "./core.js";
import { imageCases } from "./images.js";
import { mergeCases } from "./merges.js";
import { poolingCases } from "./poolings.js";
import { recurrentCases } from "./recurrent.js";

/** What each class of layers is tried with, by its name. */
export const CASES: Readonly<Record<string, LayerCases | readonly LayerCases[]>> = {
  ...activationCases,
  ...convolutionCases,
  ...coreCases,
  ...imageCases,
  ...mergeCases,
  ...poolingCases,
  ...recurrentCases,
};

/** Every case of every class, in the order of the classes' names. */
export const matrix: readonly MatrixCase[] = Object.entries(CASES)
  .toSorted(([a], [b]) => (a < b ? -1 : 1))
  .flatMap(([className, cases]) => [cases].flat().flatMap((each) => casesOf(className, each as LayerCases)));
