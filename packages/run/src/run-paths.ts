import { join } from "node:path";

/**
 * The files and folders of a run directory; every path is inside it.
 *
 * @example
 * ```ts
 * runPaths("runs/lenet").onnx; // => "runs/lenet/model.onnx"
 * ```
 */
export function runPaths(directory: string) {
  const at = (...parts: string[]) => join(directory, ...parts);
  return {
    recipe: at("recipe.json"),
    log: at("log.jsonl"),
    environment: at("environment.json"),
    tensorBoard: at("tensorboard"),
    checkpoints: at("checkpoints"),
    /** Final weights in the tfjs layers format. Written last: a run without it is not finished. */
    layers: at("layers"),
    savedModel: at("saved_model"),
    /** Of a classical model: the fitted model, its predictions and its report. Also written last. */
    estimator: at("estimator"),
    onnx: at("model.onnx"),
    /** Scores of model.onnx on the test images, by `congruent evaluate`. */
    evaluation: at("evaluation.json"),
    /** The same for the training images that the recipe's `holdOut` set apart. */
    heldOut: at("held-out.json"),
    /** Of a classical model: the result of `congruent agreement`. */
    agreement: at("agreement.json"),
    /** The result of `congruent parity`. */
    parity: at("parity.json"),
    report: at("report.html"),
  };
}
