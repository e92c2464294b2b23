import { existsSync } from "node:fs";
import { chmod, mkdtemp, readdir, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { CongruentError, messageOf } from "@congruent/core";
import { makeDirectory, sync, writeError } from "@congruent/core/files";
import { registerLayers } from "@congruent/zoo";
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
  try {
    return await tf.loadLayersModel(pathToFileURL(file).href);
  } catch (error) {
    throw new CongruentError({
      code: "E_LAYERS_MODEL",
      what: `${file} cannot be loaded as a tfjs layers model: ${messageOf(error)}`,
      expected: "model.json and its weights, as model.save of tf.LayersModel writes them",
      fix: "save the model again; a graph model (converted SavedModel) is not a layers model",
      cause: error,
    });
  }
}
