import type { GraphValue } from "../value.js";
import type { Fields, LayerSpec } from "./layer-spec.js";

/** A result of a model, and the layer whose name it bears. */
export interface ModelOutput {
  value: GraphValue;
  layer: string;
}

/** What models are converted with. */
export interface Conversion {
  /** Adds an input to the graph. @param several whether the model has more: then free axes bear the input's name */
  declareInput(name: string, config: Fields, several: boolean): GraphValue;
  /**
   * One call of a layer, or of a model that is used as one.
   *
   * @param path names of the models around it, and its own
   */
  call(
    spec: LayerSpec,
    inputs: readonly GraphValue[],
    path: readonly string[],
    kwargs?: Fields,
  ): GraphValue[];
  /** A call that tfjs computes another time, for a further output of the layer: nothing new but for the mask that it leaves behind. */
  callAgain(inputs: readonly GraphValue[]): void;
  /** How models of a class are converted; undefined for the class of a layer. */
  container(className: string): Container | undefined;
}

/** A class of models: what holds layers. */
export interface Container {
  /** A model whose inputs become the graph's: the whole, or the first one inside it. */
  root(conversion: Conversion, spec: LayerSpec, path: readonly string[]): ModelOutput[];
  /** A call of the model inside another one. */
  call(
    conversion: Conversion,
    spec: LayerSpec,
    inputs: readonly GraphValue[],
    path: readonly string[],
  ): ModelOutput[];
}
