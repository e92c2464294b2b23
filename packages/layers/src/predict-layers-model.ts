import { type Batching, joinRows, rows, type Tensor } from "@congruent/core";
import { loadTfjs, versionsOf } from "@congruent/toolchain";
import { loadLayersModel } from "./layers-format.js";
import { outputNames } from "./names.js";
import { paired } from "./paired.js";
import { runLayersModel } from "./run-layers-model.js";
import type { LayersModel, TensorFlow } from "./tensorflow.js";

export interface Prediction {
  /** By name, as {@link runLayersModel} names them. */
  outputs: Record<string, Tensor>;
  versions: Record<string, string>;
}

/** A source model that is ready to run. */
export interface OpenLayersModel {
  /** Runs it once. @param feeds as {@link runLayersModel} */
  run(feeds: Readonly<Record<string, Tensor>>): Record<string, Tensor>;
  versions: Record<string, string>;
}

/**
 * Opens a model saved in the tfjs layers format: on tfjs-node where that is set up, else on tfjs' own CPU backend.
 *
 * @param names what its outputs are called in the file that was made from it. Default: as {@link runLayersModel} names them
 * @throws CongruentError as `loadLayersModel`; `run` as {@link runLayersModel}
 */
export async function openLayersModel(
  directory: string,
  names?: readonly string[],
): Promise<OpenLayersModel> {
  const { tf } = await loadTfjs();
  const model = await loadLayersModel(tf, directory);
  return { run: (feeds) => runNamed(tf, model, feeds, names), versions: versionsOf(tf) };
}

/**
 * Runs a model saved in the tfjs layers format eagerly, as its author would run it: the source model that every exported file is compared
 * with. On tfjs-node where that is set up, else on tfjs' own CPU backend.
 *
 * @param options.inputs by name, [samples, …]; of an image classifier `pixels` float32 [n, H, W, C], raw 0 to 255
 * @param options.outputs the names in the file that was made from it. Default: the model's own
 * @throws CongruentError as `loadLayersModel` and {@link runLayersModel}
 */
export async function predictLayersModel(options: {
  directory: string;
  inputs: Record<string, Tensor>;
  outputs?: readonly string[];
  batching: Batching;
}): Promise<Prediction> {
  const { tf } = await loadTfjs();
  return predictInBatches(tf, await loadLayersModel(tf, options.directory), options);
}

/** {@link predictLayersModel} of a model that is loaded already, or was never saved. */
export function predictInBatches(
  tf: TensorFlow,
  model: LayersModel,
  options: { inputs: Record<string, Tensor>; outputs?: readonly string[]; batching: Batching },
): Prediction {
  const { inputs, batching } = options;
  const count = Object.values(inputs)[0]?.dims[0] ?? 0;
  const size = batching.mode === "once" ? Math.max(1, count) : batching.size;
  const parts: Record<string, Tensor>[] = [];
  for (let begin = 0; begin < Math.max(1, count); begin += size) {
    const batch = Object.entries(inputs).map(([name, input]) => [name, rows(input, begin, begin + size)]);
    parts.push(runNamed(tf, model, Object.fromEntries(batch), options.outputs));
  }
  const names = Object.keys(parts[0] ?? {});
  const outputs = names.map((name) => [name, joinRows(parts.map((part) => part[name] as Tensor))]);
  return { outputs: Object.fromEntries(outputs), versions: versionsOf(tf) };
}

/** {@link runLayersModel}, with the outputs called as they are in the file. */
function runNamed(
  tf: TensorFlow,
  model: LayersModel,
  feeds: Readonly<Record<string, Tensor>>,
  wanted: readonly string[] | undefined,
): Record<string, Tensor> {
  const results = runLayersModel(tf, model, feeds);
  const names = Object.keys(results);
  const called = calledAs(wanted, names, outputNames(model));
  return Object.fromEntries(called.map((name, i) => [name, results[names[i] as string] as Tensor]));
}

/**
 * What the file calls each result. It may leave out what only some classifiers' files have: the results beyond the model's own outputs.
 *
 * @param results the names of all results, the model's own outputs first
 */
function calledAs(
  wanted: readonly string[] | undefined,
  results: readonly string[],
  own: readonly string[],
): readonly string[] {
  if (!wanted) return results;
  const hasMore = results.length > own.length;
  return hasMore && wanted.every((name) => results.includes(name)) ? results : paired("outputs", own, wanted);
}
