import { VOTING } from "@congruent/baselines";
import { type AnyRecipe, isEstimatorRecipe } from "@congruent/core/schemas";
import { resultCommand } from "./run-results.js";

/** Test accuracy that the pipeline demands of a new model; its package.json can set another. */
const LEAST_ACCURACY = 0.9;

/** The package.json of models/NAME: what it ships, and the pipeline's tasks as scripts. */
export function modelPackage(recipe: AnyRecipe, leastAccuracy = LEAST_ACCURACY) {
  const { name, holdOut } = recipe;
  const run = "runs/pipeline";
  const scores = [
    `congruent evaluate ${run}/model.onnx --at-least ${leastAccuracy} --report ${run}/evaluation.json`,
    ...(holdOut ? [resultCommand(run, "heldOut")] : []),
  ];
  const gate = isEstimatorRecipe(recipe) && VOTING.has(recipe.estimator.name) ? " --gate flips" : "";
  const comparisons = [
    ...(isEstimatorRecipe(recipe) ? [resultCommand(run, "agreement")] : []),
    `congruent parity ${run}/model.onnx${gate} --expect ../expectations.json --report ${run}/parity.json`,
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
      train: `congruent train recipe.json --out ${run} --resume --overwrite`,
      export: `congruent export ${run}`,
      evaluate: scores.join(" && "),
      parity: comparisons.join(" && "),
      report: `congruent report ${run}`,
    },
  };
}

/**
 * The turbo.json of models/NAME where its tasks differ from those of other models: a classical model is fitted by the package `baselines`,
 * so its training is cached by the sources of that package. Null for a network.
 */
export function modelTasks(recipe: AnyRecipe) {
  if (!isEstimatorRecipe(recipe)) return null;
  return { extends: ["//"], tasks: { train: { dependsOn: ["@congruent/baselines#sources"] } } };
}
