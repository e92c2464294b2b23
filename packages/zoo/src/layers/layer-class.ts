import type * as tfjs from "@tensorflow/tfjs";

/** A layer as tfjs registers it: found by `className` when a saved model is read, made from its config. */
export interface LayerClass<Config> {
  new (config: Config): tfjs.layers.Layer;
  readonly className: string;
  fromConfig<T extends tfjs.serialization.Serializable>(
    cls: tfjs.serialization.SerializableConstructor<T>,
    config: tfjs.serialization.ConfigDict,
  ): T;
}

/** The one input of a layer, which tfjs hands over alone or in a list. */
export function only<T>(inputs: T | T[]): T {
  if (!Array.isArray(inputs)) return inputs;
  const [input] = inputs;
  if (inputs.length !== 1 || input === undefined) throw new Error(`${inputs.length} inputs instead of one`);
  return input;
}
