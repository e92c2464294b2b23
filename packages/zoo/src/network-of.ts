import { CongruentError, checked } from "@congruent/core";
import type { Recipe } from "@congruent/core/schemas";
import type * as tfjs from "@tensorflow/tfjs";
import type { Architecture, TensorFlow } from "./architecture.js";
import { architecture } from "./architectures/index.js";

/** An architecture with its parameters and its seed; `build` makes the model. */
export interface Network extends Required<Pick<Architecture, "title" | "inputShape" | "sideBySide">> {
  build(tf: TensorFlow, options: { classes: number }): tfjs.LayersModel;
}

/**
 * The network that a recipe describes: its architecture with its parameters, and its seed.
 *
 * @throws CongruentError `E_ARCHITECTURE` when there is none of that name, `E_PARAMETERS` when it takes no parameters,
 * `E_SCHEMA` naming the parameters that it does not take.
 *
 * @example
 * ```ts
 * networkOf({ architecture: "mlp", parameters: { hidden: [{ units: 32 }] }, seed: 1 }).inputShape; // => [28, 28, 1]
 * ```
 */
export function networkOf(recipe: Pick<Recipe, "architecture" | "parameters" | "seed">): Network {
  const found = architecture(recipe.architecture);
  const { title, inputShape, sideBySide = false } = found;
  const parameters = recipe.parameters && parametersFor(found, recipe.parameters);
  return {
    title,
    inputShape,
    sideBySide,
    build: (tf, { classes }) =>
      found.build(tf, { seed: recipe.seed, classes, ...(parameters && { parameters }) }),
  };
}

function parametersFor({ name, parameters }: Architecture, given: Record<string, unknown>) {
  if (parameters) return checked(given, parameters, `the recipe's parameters of ${name}`);
  throw new CongruentError({
    code: "E_PARAMETERS",
    what: `the recipe gives parameters (${Object.keys(given).join(", ")}), but ${name} takes none`,
    expected: "an architecture that takes parameters, such as mlp",
    fix: "leave out the recipe's parameters, or choose another architecture",
  });
}
