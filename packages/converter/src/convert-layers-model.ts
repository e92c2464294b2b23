import { CongruentError, type Registry } from "@congruent/core";
import {
  LAYER_KEY,
  type ModelProto,
  makeGraph,
  makeModel,
  makeNode,
  makeTensorValueInfo,
} from "@congruent/onnx";
import { GraphBuilder } from "./graph-builder.js";
import type { LayerConverter } from "./layer-converter.js";
import { liveNodes, takenNames } from "./live-nodes.js";
import { containers } from "./model/containers.js";
import type { ModelOutput } from "./model/conversion.js";
import { GraphConversion } from "./model/convert-graph.js";
import { distinctNames } from "./model/distinct-names.js";
import { malformed } from "./model/layer-spec.js";
import { readTopology } from "./model/read-topology.js";
import { ModelWeights } from "./model/weights.js";
import type { LayersModelSource } from "./source.js";

/** Before 13, Squeeze and others took their axes as attributes. */
export const OLDEST_OPSET = 13;
/** The newest that onnxruntime-node and onnxruntime-web 1.30 take. */
export const NEWEST_OPSET = 26;
/**
 * What tf2onnx writes here as well, so that the two can be compared node by node. It has LayerNormalization and Mish; newer sets bring runtimes
 * nothing but Gelu.
 */
export const DEFAULT_OPSET = 18;

/** The first version in which nodes carry metadata. */
const IR_VERSION = 10;

export interface ConvertOptions {
  /** Version of the standard operator set, {@link OLDEST_OPSET} to {@link NEWEST_OPSET}. Default: {@link DEFAULT_OPSET}. */
  opset?: number;
  /** Converters of layer classes of your own: see {@link layerConverters}. Default: none. */
  layers?: Registry<LayerConverter>;
}

/**
 * Turns a tfjs layers model into an ONNX model that computes the same: inputs and outputs in their order and under their names, channels last
 * as tfjs has them, free sizes named. Weights bear their names, nodes those of their layers; each node's metadata says which layer it is of
 * (`congruent.layer`, `congruent.class`).
 *
 * @param source the model as data; {@link sourceOfModel} reads it from a live model
 * @throws CongruentError `E_MODEL_TOPOLOGY`, `E_GRAPH_MODEL`, `E_MODEL_EMPTY` for what is no layers model; `E_LAYER_UNKNOWN`, `E_LAYER_CONFIG`,
 * `E_LAYER_INPUT`, `E_LAYER_MASK` for a layer that cannot be converted, by name; `E_WEIGHT_MISSING`, `E_WEIGHT_SHAPE`, `E_WEIGHT_DTYPE`,
 * `E_WEIGHT_VALUE`; `E_OPSET`
 * @example
 * ```ts
 * const dense = { class_name: "Dense", config: { name: "d", units: 1, activation: "relu", batch_input_shape: [null, 2] } };
 * const weights = new Map([
 *   ["d/kernel", tensor("float32", Float32Array.of(1, 2), [2, 1])],
 *   ["d/bias", tensor("float32", Float32Array.of(3), [1])],
 * ]);
 * const model = convertLayersModel({ modelTopology: { class_name: "Sequential", config: { name: "m", layers: [dense] } }, weights });
 * model.graph.node.map((node) => node.name); // => ["d/MatMul", "d/Add", "d/Relu"]
 * model.graph.output[0].name; // => "d"
 * ```
 */
export function convertLayersModel(source: LayersModelSource, options: ConvertOptions = {}): ModelProto {
  const { opset = DEFAULT_OPSET, layers } = options;
  checkOpset(opset);
  const spec = readTopology(source.modelTopology);
  const root = containers[spec.className];
  if (!root) throw malformed(`the model is of the class ${spec.className}`);
  const graph = new GraphBuilder();
  const conversion = new GraphConversion({ graph, weights: new ModelWeights(source.weights), opset, layers });
  const outputs = root.root(conversion, spec, []);
  const { inner, declared } = nameOutputs(
    graph,
    outputs,
    conversion.inputs.map(({ name }) => name),
  );
  const nodes = liveNodes(
    graph.nodes,
    declared.map(({ name }) => name),
  );
  const made = new Set(nodes.flatMap(({ output }) => output));
  const taken = takenNames(nodes);
  const proto = makeGraph(
    nodes,
    source.name ?? spec.name,
    conversion.inputs,
    declared.map(({ name, value }) => makeTensorValueInfo(name, value.dtype, value.shape)),
    [...graph.initializers.values()].filter(({ name }) => taken.has(name)),
  );
  proto.valueInfo = inner.filter(({ name }) => made.has(name));
  return makeModel(proto, { opset, irVersion: IR_VERSION });
}

function checkOpset(opset: number): void {
  if (Number.isInteger(opset) && opset >= OLDEST_OPSET && opset <= NEWEST_OPSET) return;
  throw new CongruentError({
    code: "E_OPSET",
    what: `the operator set ${opset} cannot be written`,
    expected: `${OLDEST_OPSET} to ${NEWEST_OPSET}`,
    fix: `leave the option out: the default is ${DEFAULT_OPSET}`,
  });
}

/** Gives the model's outputs their names; what is an input, a weight or an output already is handed on by an Identity. */
function nameOutputs(graph: GraphBuilder, outputs: readonly ModelOutput[], inputs: readonly string[]) {
  const names = distinctNames(
    outputs.map(({ layer }) => layer),
    inputs,
  );
  const renamed = new Map<string, string>();
  for (const name of names) {
    // A layer may be called as a node or a weight of another one is.
    if (graph.valueInfo.has(name) || graph.initializers.has(name)) renamed.set(name, graph.fresh(name));
  }
  const claimed = new Set<string>();
  outputs.forEach(({ value }, i) => {
    const name = names[i] as string;
    if (!graph.valueInfo.has(value.name) || claimed.has(value.name)) return;
    claimed.add(value.name);
    renamed.set(value.name, name);
  });
  const now = (name: string) => renamed.get(name) ?? name;
  for (const weight of graph.initializers.values()) weight.name = now(weight.name);
  for (const node of graph.nodes) {
    node.input = node.input.map(now);
    node.output = node.output.map(now);
  }
  const infos = [...graph.valueInfo].filter(([name]) => !claimed.has(name));
  outputs.forEach(({ value, layer }, i) => {
    const name = names[i] as string;
    if (now(value.name) === name) return;
    const options = { name: graph.fresh(`${name}/Identity`), metadata: { [LAYER_KEY]: layer } };
    graph.nodes.push(makeNode("Identity", [now(value.name)], [name], options));
  });
  const inner = infos.map(([name, info]) => ({ ...info, name: now(name) }));
  return { inner, declared: outputs.map(({ value }, i) => ({ value, name: names[i] as string })) };
}
