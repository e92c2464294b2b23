import { CongruentError, type Tensor, tensor } from "@congruent/core";

/** A layers model as data: what model.toJSON() or a model.json holds, and its weights. */
export interface LayersModelSource {
  /** The text or object of `model.toJSON()`, a whole model.json, or its `modelTopology`. */
  modelTopology: unknown;
  /** By weight name, float32. */
  weights: ReadonlyMap<string, Tensor>;
  /** Of the graph. Default: the model's own name. */
  name?: string;
}

/** What is read of a weight of tfjs. */
interface LiveWeight {
  name: string;
  originalName?: string;
  shape: readonly (number | null)[];
  read(): { dtype: string; shape: readonly number[]; dataSync(): ArrayLike<number> };
}

/** What is read of a tfjs LayersModel, so that any copy and version of tfjs will do. */
export interface LiveLayersModel {
  name: string;
  layers: readonly { name: string; weights: readonly unknown[]; layers?: readonly unknown[] }[];
  toJSON(unused?: unknown, returnString?: boolean): unknown;
}

/**
 * Reads a live tfjs model, in Node or on a page; tfjs itself is not imported.
 *
 * @throws CongruentError `E_MODEL_SOURCE` for what is no layers model
 * @example
 * ```ts no-run
 * const model = tf.sequential({ layers: [tf.layers.dense({ units: 1, inputShape: [2] })] });
 * const bytes = encodeModel(convertLayersModel(sourceOfModel(model)));
 * ```
 */
export function sourceOfModel(model: LiveLayersModel): LayersModelSource {
  const given = model as Partial<LiveLayersModel> | null | undefined;
  if (typeof given?.toJSON !== "function" || !Array.isArray(given.layers)) {
    throw new CongruentError({
      code: "E_MODEL_SOURCE",
      what: "this is no tfjs layers model: it has no layers and no toJSON",
      expected: "a tf.LayersModel, as tf.sequential, tf.model or tf.loadLayersModel gives it",
      fix: "a graph model (tf.loadGraphModel) has no layers: convert the layers model or SavedModel that it came from",
    });
  }
  const weights = new Map<string, Tensor>();
  const owners = new Map<string, unknown>();
  const collect = (layers: LiveLayersModel["layers"], path: readonly string[]): void => {
    for (const layer of layers) {
      if (Array.isArray(layer.layers)) {
        collect(layer.layers as LiveLayersModel["layers"], [...path, layer.name]);
        continue;
      }
      for (const weight of layer.weights as readonly LiveWeight[]) {
        const own = weight.originalName ?? weight.name;
        // Layers of different nested models may bear the same name; one layer may be in several.
        const name = weights.has(own) && owners.get(own) !== layer ? [...path, own].join("/") : own;
        owners.set(name, layer);
        weights.set(name, tensorOf(weight.read()));
      }
    }
  };
  collect(model.layers, []);
  return { modelTopology: model.toJSON(null, false), weights, name: model.name };
}

function tensorOf(value: ReturnType<LiveWeight["read"]>): Tensor {
  const data = value.dataSync();
  return value.dtype === "int32"
    ? tensor("int32", Int32Array.from(data), value.shape)
    : tensor("float32", Float32Array.from(data), value.shape);
}
