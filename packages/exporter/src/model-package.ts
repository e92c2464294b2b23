import type { Recipe } from "@congruent/core";
import { resultCommand } from "./run-results.js";

/** Test accuracy that the pipeline demands of a model unless its package.json says another. */
const LEAST_ACCURACY = 0.9;

/** The package.json of models/NAME: what it ships, and the pipeline's tasks as scripts. */
export function modelPackage(
  { name, holdOut }: Pick<Recipe, "name" | "holdOut">,
  leastAccuracy = LEAST_ACCURACY,
) {
  const run = "runs/pipeline";
  const scores = [
    `congruent evaluate ${run}/model.onnx --at-least ${leastAccuracy} --report ${run}/evaluation.json`,
    ...(holdOut ? [resultCommand(run, "heldOut")] : []),
  ];
  return {
    name: `@congruent/model-${name}`,
    version: "0.1.0",
    description: `${name} as one ONNX file, with its card, results and passport`,
    license: "Apache-2.0",
    exports: {
      "./model.onnx": "./model.onnx",
      "./model.passport.json": "./model.passport.json",
      "./card.json": "./card.json",
      "./recipe.json": "./recipe.json",
      "./results.json": "./results.json",
    },
    files: ["card.json", "model.onnx", "model.passport.json", "recipe.json", "results.json"],
    scripts: {
      train: `congruent train recipe.json --out ${run} --overwrite`,
      export: `congruent export ${run}`,
      evaluate: scores.join(" && "),
      parity: `congruent parity ${run}/model.onnx --expect ../expectations.json --report ${run}/parity.json`,
      report: `congruent report ${run}`,
    },
  };
}
