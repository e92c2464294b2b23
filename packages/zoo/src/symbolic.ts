import type * as tfjs from "@tensorflow/tfjs";

/** A tensor of a model that is being built: a shape and a dtype, no values. */
export type Symbolic = tfjs.SymbolicTensor;
type Layer = tfjs.layers.Layer;

/** The output of layers applied one after the other. */
export function chain(input: Symbolic, ...layers: readonly Layer[]): Symbolic {
  return layers.reduce((x, layer) => layer.apply(x) as Symbolic, input);
}

/** The output of a layer with several inputs, such as an addition. */
export function merge(layer: Layer, ...inputs: readonly Symbolic[]): Symbolic {
  return layer.apply([...inputs]) as Symbolic;
}
