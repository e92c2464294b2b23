import type * as tfjs from "@tensorflow/tfjs";
import type { TensorFlow } from "../architecture.js";
import type { LayerClass } from "./layer-class.js";
import { layerNorm } from "./layer-norm.js";
import { multiHeadAttention } from "./multi-head-attention.js";
import { positionalEncoding } from "./positional-encoding.js";
import { resizeBilinear } from "./resize-bilinear.js";

/** Layers that tfjs lacks, by the class name under which a saved model names them. */
const layers = {
  LayerNorm: layerNorm,
  MultiHeadAttention: multiHeadAttention,
  PositionalEncoding: positionalEncoding,
  ResizeBilinear: resizeBilinear,
};

type Layers = typeof layers;
type Classes = { [K in keyof Layers]: ReturnType<Layers[K]> };
type ConfigOf<K extends keyof Layers> = Classes[K] extends LayerClass<infer C> ? C : never;

const registered = new WeakMap<object, Classes>();

/**
 * Registers the zoo's own layers with a tfjs module, so that models that contain them can be loaded. A second call
 * changes nothing.
 *
 * @returns the classes by name
 */
export function registerLayers(tf: TensorFlow): Classes {
  const known = registered.get(tf);
  if (known) return known;
  const entries = Object.entries(layers).map(([name, make]) => [name, make(tf)] as const);
  for (const [, layerClass] of entries) tf.serialization.registerClass(layerClass);
  const classes = Object.fromEntries(entries) as Classes;
  registered.set(tf, classes);
  return classes;
}

/** A new layer of one of the zoo's own classes. */
export function layer<K extends keyof Layers>(
  tf: TensorFlow,
  name: K,
  config: ConfigOf<K>,
): tfjs.layers.Layer {
  const layerClass = registerLayers(tf)[name] as LayerClass<ConfigOf<K>>;
  return new layerClass(config);
}
