/** What compression adds around a model's layers, folded away: the layers themselves, wired as they were before. */
import {
  changed,
  type GraphNode,
  indexGraph,
  type ModelProto,
  makeNode,
  type NodeProto,
  TensorProto_DataType as T,
  topologicalOrder,
  valueTypes,
} from "@congruent/onnx";

export interface Folded {
  /** Not to be run: weights keep their compressed types. */
  model: ModelProto;
  /** How many nodes were wiring. */
  count: number;
  /** For a value of the folded model: all values of the file that hold it in some type, as computed first. */
  views: ReadonlyMap<string, readonly string[]>;
}

const FLOATS: ReadonlySet<number> = new Set([T.FLOAT, T.FLOAT16, T.DOUBLE, T.BFLOAT16]);

/** A quantized operator as the plain one that it stands for, with the positions of its operands. */
const PLAIN: Readonly<Record<string, { opType: string; operands: readonly number[] }>> = {
  ConvInteger: { opType: "Conv", operands: [0, 1] },
  DynamicQuantizeMatMul: { opType: "MatMul", operands: [0, 1] },
  MatMulInteger: { opType: "MatMul", operands: [0, 1] },
  MatMulIntegerToFloat: { opType: "MatMul", operands: [0, 1] },
  MatMulNBits: { opType: "MatMul", operands: [0, 1] },
  QGemm: { opType: "Gemm", operands: [0, 3, 6] },
  QLinearAdd: { opType: "Add", operands: [0, 3] },
  QLinearAveragePool: { opType: "AveragePool", operands: [0] },
  QLinearConv: { opType: "Conv", operands: [0, 3, 8] },
  QLinearGlobalAveragePool: { opType: "GlobalAveragePool", operands: [0] },
  QLinearLeakyRelu: { opType: "LeakyRelu", operands: [0] },
  QLinearMatMul: { opType: "MatMul", operands: [0, 3] },
  QLinearMul: { opType: "Mul", operands: [0, 3] },
  QLinearSigmoid: { opType: "Sigmoid", operands: [0] },
  QLinearSoftmax: { opType: "Softmax", operands: [0] },
};

/**
 * QuantizeLinear, DequantizeLinear, DynamicQuantizeLinear with its scales, and Casts between float types are left out: who reads what they give
 * reads what they are given. Quantized operators become the plain ones. Names stay, those of nodes as those of values; an output of the model
 * keeps its name.
 *
 * @example
 * ```ts
 * const value = (name) => makeTensorValueInfo(name, "float32", [2]);
 * const nodes = [
 *   makeNode("QuantizeLinear", ["x", "s"], ["xq"]), makeNode("DequantizeLinear", ["xq", "s"], ["xd"]), makeNode("Relu", ["xd"], ["y"]),
 * ];
 * const model = makeModel(makeGraph(nodes, "g", [value("x")], [value("y")], [makeTensor("s", tensor("float32", Float32Array.of(1), []))]));
 * const folded = foldWiring(model);
 * [folded.count, folded.model.graph.node.map(({ input }) => input)]; // => [2, [["x"]]]
 * ```
 */
export function foldWiring(model: ModelProto): Folded {
  const index = indexGraph(model);
  const types = valueTypes(model);
  const elementOf = (name: string) => {
    const type = types.get(name)?.value;
    return type?.case === "tensorType" ? type.value.elemType : undefined;
  };
  const alias = new Map<string, string>();
  const views = new Map<string, string[]>();
  const scales = new Set<string>();
  const sums = new Set<string>();
  const kept: NodeProto[] = [];
  const standsFor = (name: string) => alias.get(name) ?? name;
  const fold = (made: string | undefined, given: string | undefined) => {
    if (!made || !given) return;
    const value = standsFor(given);
    alias.set(made, value);
    views.set(value, [...(views.get(value) ?? [value]), made]);
  };
  const isFloat = (name: string) => FLOATS.has(elementOf(name) ?? 0);
  const isWiring: Readonly<Record<string, (node: GraphNode) => boolean>> = {
    QuantizeLinear: () => true,
    DequantizeLinear: () => true,
    DynamicQuantizeLinear: () => true,
    Cast: ({ proto: { input, output } }) =>
      isFloat(output[0] ?? "") && (isFloat(input[0] ?? "") || sums.has(standsFor(input[0] ?? ""))),
    // The scale of a dynamically quantized product.
    Mul: ({ proto: { input } }) => input.some((name) => scales.has(name)),
  };
  let count = 0;
  for (const node of topologicalOrder(index)) {
    const { opType, input, output } = node.proto;
    if (isWiring[opType]?.(node)) {
      count++;
      if (opType === "DynamicQuantizeLinear" && output[1]) scales.add(output[1]);
      const others = input.filter((name) => !scales.has(name));
      const onlyScales = opType === "Mul" && others.every((name) => index.constants.has(name));
      if (onlyScales) scales.add(output[0] ?? "");
      else fold(output[0], opType === "Mul" ? others[0] : input[0]);
      continue;
    }
    const plain = PLAIN[opType];
    if (/Integer$/.test(opType)) for (const name of output) sums.add(name);
    const operands = plain ? plain.operands.flatMap((at) => input[at] ?? []) : input;
    kept.push(
      changed(node.proto, {
        input: operands.map((name) => (name === "" ? name : standsFor(name))),
        ...(plain && { opType: plain.opType, domain: "" }),
      }),
    );
    for (const name of node.writes) views.set(name, [name]);
  }
  return { ...withOutputs(model, kept, alias, views), count };
}

/** Outputs that wiring made are made by the layer before it, under their own names. */
function withOutputs(
  model: ModelProto,
  kept: readonly NodeProto[],
  alias: ReadonlyMap<string, string>,
  views: Map<string, string[]>,
): Pick<Folded, "model" | "views"> {
  const { graph } = indexGraph(model);
  const outputs = new Set(graph.output.map(({ name }) => name));
  const made = new Set(kept.flatMap(({ output }) => output));
  const renamed = new Map<string, string>();
  const passed: NodeProto[] = [];
  for (const name of outputs) {
    const value = alias.get(name);
    if (value === undefined) continue;
    if (made.has(value) && !outputs.has(value) && !renamed.has(value)) renamed.set(value, name);
    else passed.push(makeNode("Identity", [renamed.get(value) ?? value], [name], { name: `${name}/same` }));
  }
  const now = (name: string) => renamed.get(name) ?? name;
  const node = kept.map((proto) =>
    changed(proto, { input: proto.input.map(now), output: proto.output.map(now) }),
  );
  for (const [from, to] of renamed) views.set(to, views.get(from) ?? [from]);
  return { model: changed(model, { graph: changed(graph, { node: [...node, ...passed] }) }), views };
}
