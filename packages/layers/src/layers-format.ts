import { existsSync } from "node:fs";
import { chmod, mkdtemp, readdir, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { asKeras2, isKeras3, layerNames, weightName } from "@congruent/converter";
import { CongruentError, messageOf } from "@congruent/core";
import { makeDirectory, sync, writeError } from "@congruent/core/files";
import { registerLayers } from "@congruent/zoo";
import type * as tfjs from "@tensorflow/tfjs";
import { readArtifacts } from "./read-artifacts.js";
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
 * @throws CongruentError `E_LAYERS_MODEL` when it is absent or cannot be read as a layers model; `E_WEIGHT_FILE`, `E_WEIGHT_DTYPE`
 */
export async function loadLayersModel(tf: TensorFlow, path: string): Promise<LayersModel> {
  return modelOfArtifacts(tf, await readArtifacts(path), path);
}

/**
 * The model that files hold which have been read already.
 *
 * @param path where they were read, for errors
 * @throws CongruentError `E_LAYERS_MODEL` when they cannot be read as a layers model
 */
export async function modelOfArtifacts(
  tf: TensorFlow,
  artifacts: Artifacts,
  path: string,
): Promise<LayersModel> {
  registerLayers(tf);
  const keras3 = isKeras3(artifacts.modelTopology);
  try {
    return await tf.loadLayersModel(tf.io.fromMemory(keras3 ? inKeras2(artifacts) : artifacts));
  } catch (error) {
    if (error instanceof CongruentError) throw error;
    throw new CongruentError({
      code: "E_LAYERS_MODEL",
      what: `${path} cannot be loaded as a tfjs layers model${keras3 ? ", though its Keras 3 parts were read as Keras 2's" : ""}: ${messageOf(error)}`,
      expected: "model.json and its weights, as model.save of tf.LayersModel writes them",
      fix: keras3
        ? "tfjs knows the layers of Keras 2: save the model with tf_keras (TF_USE_LEGACY_KERAS=1) and convert it again, or export it from Keras itself: model.export('model.onnx', format='onnx')"
        : "save the model again",
      cause: error,
    });
  }
}

type Artifacts = tfjs.io.ModelArtifacts;

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
