import { CongruentError, type DType, type Registry } from "@congruent/core";
import { makeTensorValueInfo, type ValueInfoProto } from "@congruent/onnx";
import type { GraphBuilder } from "../graph-builder.js";
import { LayerCall, placeOf } from "../layer-call.js";
import { LayerConfig } from "../layer-config.js";
import type { LayerConverter } from "../layer-converter.js";
import { LAYERS } from "../layers/index.js";
import type { GraphValue } from "../value.js";
import { containers } from "./containers.js";
import type { Container, Conversion } from "./conversion.js";
import { namedShape } from "./free-axes.js";
import { HandedMask } from "./handed-mask.js";
import { type Fields, type LayerSpec, malformed } from "./layer-spec.js";
import type { ModelWeights } from "./weights.js";

export interface ConversionOptions {
  graph: GraphBuilder;
  weights: ModelWeights;
  opset: number;
  layers: Registry<LayerConverter> | undefined;
}

const INPUT_DTYPES: readonly string[] = ["float32", "int32", "bool"];

/** Converts layers and the models that hold them; one for each model that is converted. */
export class GraphConversion implements Conversion {
  readonly #options: ConversionOptions;
  /** The graph's declared inputs, in their order. */
  readonly inputs: ValueInfoProto[] = [];
  readonly #masks = new HandedMask();

  constructor(options: ConversionOptions) {
    this.#options = options;
  }

  declareInput(name: string, config: Fields, several: boolean): GraphValue {
    const shape = config.batch_input_shape ?? config.batch_shape ?? config.batchInputShape;
    const dtype = config.dtype ?? "float32";
    const sizes = Array.isArray(shape) ? shape.map((size) => (size === -1 ? null : size)) : [];
    if (
      !sizes.every((size) => size === null || (Number.isInteger(size) && size >= 0)) ||
      sizes.length === 0
    ) {
      throw malformed(`the input "${name}" has the shape ${JSON.stringify(shape)}`);
    }
    if (typeof dtype !== "string" || !INPUT_DTYPES.includes(dtype)) {
      throw new CongruentError({
        code: "E_LAYER_INPUT",
        what: `the input "${name}" is of type ${JSON.stringify(dtype)}`,
        expected: INPUT_DTYPES.join(", "),
        fix: "make the model with an input of one of those types",
      });
    }
    const named = namedShape(sizes, several ? name : "");
    const value = { name: this.#options.graph.fresh(name), shape: named, dtype: dtype as DType, mask: null };
    this.inputs.push(makeTensorValueInfo(value.name, value.dtype, named));
    return value;
  }

  container(className: string): Container | undefined {
    return this.#options.layers?.has(className) ? undefined : containers[className];
  }

  callAgain(inputs: readonly GraphValue[]): void {
    this.#masks.handOver(inputs);
  }

  call(
    spec: LayerSpec,
    inputs: readonly GraphValue[],
    path: readonly string[],
    kwargs: Fields = {},
  ): GraphValue[] {
    this.#masks.handOver(inputs);
    const container = this.container(spec.className);
    if (container) {
      return this.#masks.within(() =>
        container.call(this, spec, inputs.map(unmasked), path).map(({ value }) => unmasked(value)),
      );
    }
    const converter = this.#options.layers?.find(spec.className) ?? LAYERS.find(spec.className);
    if (!converter) throw this.#unknown(spec, path);
    const place = placeOf(path, spec.className);
    const call = new LayerCall({
      className: spec.className,
      path,
      config: new LayerConfig(spec.config, place),
      kwargs: new LayerConfig(kwargs, `a call of ${place}`),
      inputs,
      mask: this.#masks.handed,
      opset: this.#options.opset,
      graph: this.#options.graph,
      weights: this.#options.weights,
      convertInner: (inner, values, innerPath) => this.call(inner, values, innerPath),
    });
    call.kwargs.only("training", [false], "what it does in training is random");
    checkTypes(call, converter);
    const given = converter.convert(call);
    const outputs = Array.isArray(given) ? given : [given as GraphValue];
    const values = masked(call, converter, outputs);
    call.config.refuseUnread();
    call.kwargs.refuseUnread();
    return values;
  }

  #unknown(spec: LayerSpec, path: readonly string[]): CongruentError {
    const known = [...LAYERS.names, ...(this.#options.layers?.names ?? [])];
    return new CongruentError({
      code: "E_LAYER_UNKNOWN",
      what: `${placeOf(path, spec.className)} is of a class that has no converter`,
      expected: `one of ${known.join(", ")}`,
      fix: `register one: convertLayersModel(source, { layers: layerConverters({ ${spec.className}: { convert(layer) { … } } }) })`,
    });
  }
}

function checkTypes(call: LayerCall, converter: LayerConverter): void {
  if (converter.takesIntegers) return;
  const odd = call.inputs.find(({ dtype }) => dtype !== "float32");
  if (odd) {
    throw call.refusal("E_LAYER_INPUT", `is called on ${odd.name}, which is ${odd.dtype}`, "float32");
  }
}

/** tfjs gives all outputs of a layer one mask. */
function masked(call: LayerCall, converter: LayerConverter, outputs: readonly GraphValue[]): GraphValue[] {
  const mask = converter.mask?.(call) ?? null;
  return outputs.map((value) => (value.mask === mask ? value : { ...value, mask }));
}

const unmasked = (value: GraphValue): GraphValue => ({ ...value, mask: null });
