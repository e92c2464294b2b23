import { existsSync } from "node:fs";
import { chmod, mkdtemp, readdir, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { asKeras2, isKeras3, layerNames, weightName } from "@congruent/converter";
import { CongruentError, messageOf } from "@congruent/core";
import { makeDirectory, sync, writeError } from "@congruent/core/files";
import { registerLayers } from "@congruent/zoo";
import type * as tfjs from "@tensorflow/tfjs";
import type { LayersModel, TensorFlow } from "./tensorflow.js";

/**
 * Saves a model in the tfjs layers format (model.json, weights.bin): the folder appears complete or not at all, even after a
 * power cut. An existing folder is moved to `.NAME.previous` until the new one is in its place. If that was interrupted, the next call
 * moves it back first.
 */
export async function saveLayersModel(model: LayersModel, directory: string): Promise<void> {
  const parent = dirname(directory);
  const previous = join(parent, `.${basename(directory)}.previous`);
  let temporary: string | undefined;
  try {
    await makeDirectory(parent);
    if (existsSync(previous) && !existsSync(directory)) await rename(previous, directory);
    temporary = await mkdtemp(join(parent, `.${basename(directory)}.`));
    await model.save(pathToFileURL(temporary).href);
    // mkdtemp makes folders that only their owner may read.
    await chmod(temporary, 0o755);
    for (const file of await readdir(temporary)) await sync(join(temporary, file));
    await sync(temporary);
    if (existsSync(directory)) {
      await rm(previous, { recursive: true, force: true });
      await rename(directory, previous);
    }
    await rename(temporary, directory);
    await sync(parent);
    await rm(previous, { recursive: true, force: true });
  } catch (error) {
    if (temporary) await rm(temporary, { recursive: true, force: true });
    throw writeError(directory, error);
  }
}

/**
 * Loads a model that was saved in the tfjs layers format; it may hold the zoo's own layers.
 *
 * @param path model.json or the folder that holds it
 * @throws CongruentError `E_LAYERS_MODEL` when it is absent or cannot be read as a layers model.
 */
export async function loadLayersModel(tf: TensorFlow, path: string): Promise<LayersModel> {
  const file = path.endsWith(".json") ? path : join(path, "model.json");
  if (!existsSync(file)) {
    throw new CongruentError({
      code: "E_LAYERS_MODEL",
      what: `there is no tfjs layers model at ${file}`,
      expected: "model.json and its weights, as model.save writes them",
      fix: "check the path",
    });
  }
  registerLayers(tf);
  let keras3 = false;
  try {
    const artifacts = await readArtifacts(tf, file);
    if (artifacts.format === "graph-model" || holdsGraph(artifacts.modelTopology)) throw graphModel(file);
    keras3 = isKeras3(artifacts.modelTopology);
    return await tf.loadLayersModel(tf.io.fromMemory(keras3 ? inKeras2(artifacts) : artifacts));
  } catch (error) {
    if (error instanceof CongruentError) throw error;
    throw new CongruentError({
      code: "E_LAYERS_MODEL",
      what: `${file} cannot be loaded as a tfjs layers model${keras3 ? ", though its Keras 3 parts were read as Keras 2's" : ""}: ${messageOf(error)}`,
      expected: "model.json and its weights, as model.save of tf.LayersModel writes them",
      fix: keras3
        ? "tfjs knows the layers of Keras 2: save the model with tf_keras (TF_USE_LEGACY_KERAS=1) and convert it again, or export it from Keras itself: model.export('model.onnx', format='onnx')"
        : "save the model again",
      cause: error,
    });
  }
}

type Artifacts = tfjs.io.ModelArtifacts;

/** What the files hold, as tfjs reads them. */
async function readArtifacts(tf: TensorFlow, file: string): Promise<Artifacts> {
  const [handler] = tf.io.getLoadHandlers(pathToFileURL(file).href);
  if (!handler?.load) throw new Error("tfjs cannot read files here");
  return handler.load();
}

function inKeras2(artifacts: Artifacts): Artifacts {
  const layers = layerNames(artifacts.modelTopology);
  const { weightSpecs } = artifacts;
  return {
    ...artifacts,
    modelTopology: asKeras2(artifacts.modelTopology) as object,
    ...(weightSpecs && {
      weightSpecs: weightSpecs.map((spec) => ({ ...spec, name: weightName(spec.name, layers) })),
    }),
  };
}

/** A converted SavedModel has the nodes of a TensorFlow graph in place of layers. */
function holdsGraph(topology: Artifacts["modelTopology"]): boolean {
  return Array.isArray((topology as { node?: unknown } | undefined)?.node);
}

function graphModel(file: string): CongruentError {
  return new CongruentError({
    code: "E_LAYERS_MODEL",
    what: `${file} is a tfjs graph model (a converted SavedModel), which has no layers`,
    expected: "a layers model, as model.save of tf.LayersModel writes it",
    fix: "give the layers model that it came from; to get ONNX, convert its SavedModel: python -m tf2onnx.convert --saved-model FOLDER --output model.onnx",
  });
}
