import { CongruentError } from "@congruent/core";
import { asKeras2, isKeras3 } from "./keras3.js";
import { type Fields, isFields, type LayerSpec, layerSpec, malformed } from "./layer-spec.js";

/**
 * The model that a topology describes: the text or the object of `model.toJSON()`, a whole model.json, or its `modelTopology`, by tfjs,
 * Keras 2 or Keras 3.
 *
 * @throws CongruentError `E_GRAPH_MODEL`, `E_MODEL_TOPOLOGY`
 */
export function readTopology(topology: unknown): LayerSpec {
  const given = typeof topology === "string" ? parsed(topology) : topology;
  if (!isFields(given)) throw malformed("the model's topology is no object");
  const file = isFields(given.modelTopology) ? given.modelTopology : given;
  if (given.format === "graph-model" || Array.isArray(file.node)) throw graphModel();
  const words = isKeras3(file) ? asKeras2(file) : file;
  const config = (words as Fields).model_config ?? (words as Fields).modelConfig ?? words;
  return layerSpec(typeof config === "string" ? parsed(config) : config, "the model");
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw malformed(`the model's topology is no JSON (${(error as Error).message})`);
  }
}

function graphModel(): CongruentError {
  return new CongruentError({
    code: "E_GRAPH_MODEL",
    what: "this is a tfjs graph model (a converted SavedModel), which has no layers",
    expected: "a layers model, as model.save of tf.LayersModel writes it",
    fix: "convert the SavedModel that it came from: python -m tf2onnx.convert --saved-model FOLDER --output model.onnx; or its model.json: python -m tf2onnx.convert --tfjs model.json --output model.onnx",
  });
}
