/** The layers model that an export starts from. */
import { type LayersModelSource, sourceOfModel } from "@congruent/converter";
import {
  decodeWeights,
  type LayersModel,
  modelOfArtifacts,
  readArtifacts,
  type TensorFlow,
} from "@congruent/layers";
import { loadTfjs } from "@congruent/toolchain";

export interface LayersSource {
  /** As data, for the native exporter. */
  source: LayersModelSource;
  /** What runs it. */
  tf: TensorFlow;
  /** The model itself, which the exported file is compared with; loaded when it is first asked for. */
  model(): Promise<LayersModel>;
}

/**
 * A model in files: what is converted is read from the files, and what it is compared with is loaded by tfjs.
 *
 * @param path model.json, or its folder
 * @throws CongruentError as `readArtifacts` and `decodeWeights`
 */
export async function sourceInFiles(path: string): Promise<LayersSource> {
  const { tf } = await loadTfjs();
  const artifacts = await readArtifacts(path);
  const source = { modelTopology: artifacts.modelTopology, weights: decodeWeights(tf, artifacts) };
  return { source, tf, model: () => modelOfArtifacts(tf, artifacts, path) };
}

/**
 * A model in memory.
 *
 * @throws CongruentError `E_MODEL_SOURCE` for what is no layers model, such as a graph model
 */
export function sourceInMemory(tf: TensorFlow, model: LayersModel): LayersSource {
  return { source: sourceOfModel(model as never), tf, model: async () => model };
}
