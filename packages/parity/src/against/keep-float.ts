/** A compressed file in which some layers compute in float32, as the file that it was made from does. */
import {
  changed,
  type GraphNode,
  indexGraph,
  isSorted,
  type ModelProto,
  makeNode,
  type NodeProto,
  TensorProto_DataType as T,
  type TensorProto,
  topologicalOrder,
} from "@congruent/onnx";
import { floatView, type Layer, type PairedLayers, type View } from "./pair-layers.js";

/** Position of the scale of what a quantized operator gives, by operator; its zero point follows. */
const SCALE_OF_OUTPUT: Readonly<Record<string, number>> = { QLinearConv: 6, QLinearMatMul: 6 };

/** The layers that compute in another type than float32, or on converted values, and that {@link keepFloat} can turn back. */
export function compressedLayers(second: ModelProto, paired: PairedLayers): Layer[] {
  const { producerOf } = indexGraph(second);
  return paired.layers.filter((layer) => {
    const now = originalOf(layer, producerOf)?.proto;
    const then = replacement(layer, paired, second)?.nodes.at(-1);
    // A layer that reads the same values, with weights of float32, and gives the same type computes as it did before.
    const weights = then?.input.filter((name) => name.startsWith(OWN)).length ?? 0;
    const same =
      now?.opType === then?.opType &&
      then?.output[0] === now?.output[0] &&
      then?.input.every((name, at) => name === now?.input[at] || name.startsWith(OWN)) &&
      weights === now?.input.filter((name) => isFloatWeight(second, name)).length;
    return then !== undefined && !same;
  });
}

/** Names of what is added begin so. */
const OWN = "float32/";

function isFloatWeight({ graph }: ModelProto, name: string): boolean {
  return graph?.initializer.some((weight) => weight.name === name && weight.dataType === T.FLOAT) ?? false;
}

/**
 * Each of the layers reads the values before they were quantized or narrowed, and the first file's weights; what it gives is quantized or
 * narrowed for the others as before.
 *
 * @param layers of `compressedLayers`
 */
export function keepFloat(second: ModelProto, paired: PairedLayers, layers: readonly Layer[]): ModelProto {
  const { graph, nodes } = indexGraph(second);
  const added: NodeProto[] = [];
  const weights = new Map<string, TensorProto>();
  const gone = new Set<NodeProto>();
  for (const layer of layers) {
    const made = replacement(layer, paired, second);
    if (!made) continue;
    added.push(...made.nodes);
    for (const weight of made.weights) weights.set(weight.name, weight);
    gone.add(made.instead);
  }
  const kept = nodes.map(({ proto }) => proto).filter((proto) => !gone.has(proto));
  const unique = [...new Map(added.map((node) => [node.output.join(), node])).values()];
  const model = changed(second, {
    graph: changed(graph, {
      node: [...kept, ...unique],
      initializer: [...graph.initializer, ...weights.values()],
    }),
  });
  const index = indexGraph(model);
  if (isSorted(index)) return model;
  const node = topologicalOrder(index).map(({ proto }) => proto);
  return changed(model, { graph: changed(index.graph, { node }) });
}

interface Replacement {
  nodes: NodeProto[];
  weights: TensorProto[];
  /** The node of the second file that is left out. */
  instead: NodeProto;
}

function originalOf({ views }: Layer, producerOf: ReadonlyMap<string, GraphNode>): GraphNode | undefined {
  return producerOf.get(views[0]?.name ?? "");
}

/** Null where it cannot be done: something that it reads is not in the second file in any float type. */
function replacement(layer: Layer, paired: PairedLayers, second: ModelProto): Replacement | null {
  const { producerOf } = indexGraph(second);
  const ours = paired.first;
  const original = originalOf(layer, producerOf);
  if (!original || layer.first.writes.length !== 1) return null;
  const made: Replacement = { nodes: [], weights: [], instead: original.proto };
  const input: string[] = [];
  for (const name of layer.first.proto.input) {
    const source = name === "" ? "" : floatSource(name, paired, { ours, producerOf, made });
    if (source === null) return null;
    input.push(source);
  }
  const target = output(layer, original, producerOf, made);
  if (target === null) return null;
  // Under the name that it has in the first file.
  made.nodes.push(changed(layer.first.proto, { input, output: [target] }));
  return made;
}

interface Sources {
  ours: ReturnType<typeof indexGraph>;
  producerOf: ReadonlyMap<string, GraphNode>;
  made: Replacement;
}

/** A value of the first file as float32 in the second. */
function floatSource(name: string, paired: PairedLayers, { ours, producerOf, made }: Sources): string | null {
  const weight = ours.weights.get(name);
  const own = `${OWN}${name}`;
  if (weight) {
    made.weights.push(changed(weight, { name: own }));
    return own;
  }
  const producer = ours.producerOf.get(name);
  if (producer && ours.constants.has(name)) {
    made.nodes.push(changed(producer.proto, { output: [own], name: own }));
    return own;
  }
  const position = producer?.proto.output.indexOf(name) ?? 0;
  const pair = producer && paired.match.pairs.get(producer);
  const theirs = producer
    ? pair?.proto.output[position]
    : [...paired.match.inputs].find(([, input]) => input === name)?.[0];
  if (theirs === undefined) return null;
  const views = paired.viewsOf(theirs);
  const view = floatView(views);
  if (view?.element === T.FLOAT) return view.name;
  if (view) {
    made.nodes.push(makeNode("Cast", [view.name], [own], { name: own, attributes: { to: BigInt(T.FLOAT) } }));
    return own;
  }
  const [held] = views;
  // Integers that are no numbers of a layer, such as a shape, are the same in both files.
  if (held && producer && !isQuantized(held) && producerOf.has(held.name)) return held.name;
  const parameters =
    held && producerOf.get(held.name) && quantization(producerOf.get(held.name) as GraphNode);
  if (!held || !parameters) return producer ? null : theirs;
  made.nodes.push(makeNode("DequantizeLinear", [held.name, ...parameters], [own], { name: own }));
  return own;
}

function isQuantized({ element }: View): boolean {
  return element === undefined || element === T.INT8 || element === T.UINT8;
}

function quantization({ proto }: GraphNode): string[] | null {
  const at = SCALE_OF_OUTPUT[proto.opType];
  const names = at === undefined ? [] : proto.input.slice(at, at + 2);
  return names.length === 2 ? names : null;
}

/** Where the layer's float32 value goes: into the value that it replaces, converted to its type. Null where that cannot be done. */
function output(
  { views, value }: Layer,
  original: GraphNode,
  producerOf: ReadonlyMap<string, GraphNode>,
  made: Replacement,
): string | null {
  const [own] = views;
  if (!own || original.writes.length !== 1) return null;
  if (own.element === T.FLOAT) return own.name;
  const through = `${OWN}${value}`;
  if (own.element === T.FLOAT16) {
    made.nodes.push(
      makeNode("Cast", [through], [own.name], {
        name: `${through}/narrowed`,
        attributes: { to: BigInt(T.FLOAT16) },
      }),
    );
    return through;
  }
  const parameters = quantization(original);
  if (parameters) {
    made.nodes.push(
      makeNode("QuantizeLinear", [through, ...parameters], [own.name], { name: `${through}/quantized` }),
    );
    return through;
  }
  // Sums of integers become floats where they are scaled: the last of these values.
  const scaled = views.findLast(({ element }) => element === T.FLOAT);
  const scaling = scaled && producerOf.get(scaled.name);
  if (!scaled || !scaling) return null;
  made.instead = scaling.proto;
  return scaled.name;
}
