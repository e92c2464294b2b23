import { CongruentError, type DType, sizeOf, type Tensor, tensor } from "@congruent/core";
import { type AttributeValue, LAYER_KEY } from "@congruent/onnx";
import type { Dimension } from "./dimensions.js";
import type { GraphBuilder, OutputType } from "./graph-builder.js";
import type { LayerConfig } from "./layer-config.js";
import type { LayerSpec } from "./model/layer-spec.js";
import type { ModelWeights } from "./model/weights.js";
import { permuted } from "./permuted.js";
import type { GraphValue } from "./value.js";

/** What a converter may do besides adding nodes: convert a layer that its own layer holds. */
export type ConvertInner = (
  spec: LayerSpec,
  inputs: readonly GraphValue[],
  path: readonly string[],
) => GraphValue[];

export interface LayerCallOptions {
  className: string;
  /** Names of the models around the layer, from the outermost, then its own. */
  path: readonly string[];
  config: LayerConfig;
  /** What the call was given besides its inputs, such as `initial_state`. */
  kwargs: LayerConfig;
  inputs: readonly GraphValue[];
  /** See {@link LayerCall.mask}. */
  mask: GraphValue | null;
  opset: number;
  graph: GraphBuilder;
  weights: ModelWeights;
  convertInner: ConvertInner;
}

/** One call of a layer: what its converter reads, and how it adds nodes. */
export class LayerCall {
  readonly className: string;
  readonly path: readonly string[];
  readonly config: LayerConfig;
  readonly kwargs: LayerConfig;
  readonly inputs: readonly GraphValue[];
  /**
   * The mask that tfjs hands to the call, bool of [batch, time] as a rule: its first input's; where no input has one, that of the last layer
   * before it that was handed one, whatever that belongs to (see docs/decisions/masks.md). Null where there was none.
   */
  readonly mask: GraphValue | null;
  /** Version of the standard operator set that the nodes must be of. */
  readonly opset: number;
  readonly graph: GraphBuilder;
  readonly #options: LayerCallOptions;

  constructor(options: LayerCallOptions) {
    this.className = options.className;
    this.path = options.path;
    this.config = options.config;
    this.kwargs = options.kwargs;
    this.inputs = options.inputs;
    this.opset = options.opset;
    this.graph = options.graph;
    this.mask = options.mask;
    this.#options = options;
  }

  /** The same call for a part of the layer: a cell with options and weights of its own, or the body of a node. */
  part(changes: Partial<Pick<LayerCallOptions, "className" | "path" | "config" | "graph">>): LayerCall {
    return new LayerCall({ ...this.#options, ...changes });
  }

  /** The layer's name, after those of the models around it. */
  get name(): string {
    return this.path.join("/");
  }

  /** For errors: `the layer "encoder/dense" (Dense)`. */
  get place(): string {
    return placeOf(this.path, this.className);
  }

  /** The only input. @throws CongruentError `E_LAYER_INPUT` where there are more. */
  get input(): GraphValue {
    const [input] = this.inputs;
    if (this.inputs.length === 1 && input) return input;
    throw this.refusal("E_LAYER_INPUT", `is called on ${this.inputs.length} inputs`, "one input");
  }

  /** The only input, which must have so many axes, the batch among them. @throws CongruentError `E_LAYER_INPUT` */
  inputOfRank(...ranks: number[]): GraphValue {
    const { input } = this;
    if (ranks.includes(input.shape.length)) return input;
    throw this.refusal(
      "E_LAYER_INPUT",
      `is called on an input of shape [${input.shape.join(", ")}]`,
      `${ranks.join(" or ")} axes`,
    );
  }

  /** A size that must be known when the model is converted. @throws CongruentError `E_LAYER_INPUT` where it is free. */
  knownSize(input: GraphValue, axis: number): number {
    const size = input.shape.at(axis);
    if (typeof size === "number") return size;
    throw this.refusal(
      "E_LAYER_INPUT",
      `is called on an input of shape [${input.shape.join(", ")}], whose axis ${axis} is not known`,
      "a fixed size of that axis",
    );
  }

  /**
   * A weight of the layer, under its own name in the file. A layer that is called twice has it once.
   *
   * @param name within the layer, such as `kernel`
   * @param shape what it must be
   * @param permutation for a weight whose axes ONNX wants in another order. Default: as it is
   * @throws CongruentError `E_WEIGHT_MISSING`, `E_WEIGHT_SHAPE`, `E_WEIGHT_DTYPE`, `E_WEIGHT_VALUE`
   */
  weight(name: string, shape: readonly number[], permutation?: readonly number[]): GraphValue {
    const { key, tensor } = this.#find(name, shape);
    const how = permutation === undefined ? "" : ` ${permutation}`;
    return this.graph.weight(`${key}${how}`, key, () =>
      permutation === undefined ? tensor : permuted(tensor, permutation),
    );
  }

  /** The numbers of a weight, for a converter that computes another one from it. @throws as {@link weight} */
  weightTensor(name: string, shape: readonly number[]): Tensor<"float32"> {
    return this.#find(name, shape).tensor;
  }

  /**
   * A weight that is computed from the layer's own: once for all calls of the layer.
   *
   * @param name within the layer, in the place of the weights that it comes from
   */
  derivedWeight(name: string, make: () => Tensor): GraphValue {
    const key = `${this.name}/${name}`;
    // As the file names the weight, where it comes from one.
    const own = this.hasWeight(name) ? this.#options.weights.find(this.path, name, this.place).key : key;
    return this.graph.weight(`${own} derived`, own, make);
  }

  /** The shape that a weight has in the file, for what the layer's options do not say. @throws CongruentError `E_WEIGHT_MISSING` */
  weightShape(name: string): readonly number[] {
    return this.#options.weights.find(this.path, name, this.place).tensor.dims;
  }

  hasWeight(name: string): boolean {
    return this.#options.weights.has(this.path, name);
  }

  /** A constant that is no weight of the layer. */
  constant(name: string, value: Tensor): GraphValue {
    return this.graph.constant(`${this.name}/${name}`, value);
  }

  /** One float32 number, of no axes. */
  scalar(name: string, value: number): GraphValue {
    return this.constant(name, tensor("float32", Float32Array.of(value), []));
  }

  /** A list of int64, as shapes and axes are given. */
  integers(name: string, values: readonly number[]): GraphValue {
    return this.constant(name, tensor("int64", BigInt64Array.from(values, BigInt), [values.length]));
  }

  /**
   * Adds a node with one output.
   *
   * @param inputs null leaves an optional one out
   * @param options.shape of the output. Default: that of the first input
   * @param options.dtype of the output. Default: that of the first input
   */
  node(
    opType: string,
    inputs: readonly (GraphValue | null)[],
    {
      shape = inputs[0]?.shape ?? [],
      dtype = inputs[0]?.dtype ?? "float32",
      attributes = {},
    }: {
      shape?: readonly Dimension[];
      dtype?: DType;
      attributes?: Record<string, AttributeValue>;
    } = {},
  ): GraphValue {
    return this.nodes(opType, inputs, [{ shape, dtype }], attributes)[0] as GraphValue;
  }

  /** Adds a node with several outputs. */
  nodes(
    opType: string,
    inputs: readonly (GraphValue | null)[],
    outputs: readonly OutputType[],
    attributes: Record<string, AttributeValue> = {},
  ): GraphValue[] {
    const metadata = { [LAYER_KEY]: this.name, "congruent.class": this.className };
    return this.graph.node({ opType, inputs, outputs, attributes, path: this.name, metadata });
  }

  /** Converts a layer that this one holds, such as what TimeDistributed applies. @param path of its weights and nodes. Default: this layer's */
  convertInner(
    spec: LayerSpec,
    inputs: readonly GraphValue[],
    path: readonly string[] = this.path,
  ): GraphValue[] {
    return this.#options.convertInner(spec, inputs, path);
  }

  /** An error about this call; `what` goes on after the layer's name. */
  refusal(code: string, what: string, expected: string, fix?: string): CongruentError {
    return new CongruentError({ code, what: `${this.place} ${what}`, expected, fix });
  }

  #find(name: string, shape: readonly number[]) {
    const found = this.#options.weights.find(this.path, name, this.place);
    const { key, tensor } = found;
    const same =
      tensor.dims.length === shape.length && shape.every((size, axis) => size === tensor.dims[axis]);
    if (same) return found;
    throw this.refusal(
      "E_WEIGHT_SHAPE",
      `has the weight ${key} of shape [${tensor.dims.join(", ")}], ${sizeOf(tensor.dims)} values`,
      `[${shape.join(", ")}]`,
      "give the weights that were saved with this model.json",
    );
  }
}

export function placeOf(path: readonly string[], className: string): string {
  return `the layer "${path.join("/")}" (${className})`;
}
