/** Test accuracy that the pipeline demands of a model unless its package.json says another. */
const LEAST_ACCURACY = 0.9;

/** The package.json of models/NAME: what it ships, and the pipeline's tasks as scripts. */
export function modelPackage(name: string, leastAccuracy = LEAST_ACCURACY) {
  const run = "runs/pipeline";
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
      evaluate: `congruent evaluate ${run}/model.onnx --at-least ${leastAccuracy} --report ${run}/evaluation.json`,
      parity: `congruent parity ${run}/model.onnx --expect ../expectations.json --report ${run}/parity.json`,
      report: `congruent report ${run}`,
    },
  };
}
