/** Several steps of a model with a state as one model: what is computed, compared and bounded is then the whole of them. */
import {
  type AttributeProto,
  bodies,
  changed,
  type GraphProto,
  type ModelProto,
  modelInterface,
  type NodeProto,
  type ValueInfoProto,
} from "@congruent/onnx";

/** An output that becomes an input of the next step. */
export interface StateLink {
  output: string;
  input: string;
}

/** The name of a value at one step, counted from 1. */
export function atStep(name: string, step: number): string {
  return `${name}@${step}`;
}

/** The value's own name, and the step; null for a name that no step has. */
export function stepOf(name: string): { name: string; step: number } | null {
  const [, own, step] = /^(.*)@(\d+)$/s.exec(name) ?? [];
  return own === undefined ? null : { name: own, step: Number(step) };
}

/**
 * `steps` copies of the graph, one after the other, that share their weights. The first copy's states are inputs by their own names; every
 * other input and every output has one value per step, `x@1`, `x@2` ….
 *
 * @example
 * ```ts
 * const value = (name) => makeTensorValueInfo(name, "float32", [2]);
 * const nodes = [makeNode("Add", ["x", "state"], ["stateN"])];
 * const model = makeModel(makeGraph(nodes, "g", [value("x"), value("state")], [value("stateN")]));
 * const { inputs, outputs } = modelInterface(unroll(model, 2, [{ output: "stateN", input: "state" }]));
 * inputs.map(({ name }) => name); // => ["state", "x@1", "x@2"]
 * outputs.map(({ name }) => name); // => ["stateN@1", "stateN@2"]
 * ```
 */
export function unroll(model: ModelProto, steps: number, state: readonly StateLink[]): ModelProto {
  const { graph } = model;
  if (!graph) return model;
  const fed = new Map(state.map(({ output, input }) => [input, output]));
  const given = new Set(modelInterface(model).inputs.map(({ name }) => name));
  const weights = new Set([
    ...graph.initializer.map(({ name }) => name),
    ...graph.sparseInitializer.map(({ values }) => values?.name ?? ""),
  ]);
  const numbers = Array.from({ length: steps }, (_, i) => i + 1);
  const renamer =
    (step: number) =>
    (name: string): string => {
      if (name === "" || weights.has(name)) return name;
      const output = fed.get(name);
      if (output === undefined) return atStep(name, step);
      // An output may be a weight or an input handed through: then it has that name.
      return step === 1 ? name : renamer(step - 1)(output);
    };
  const inputs = graph.input.filter(({ name }) => given.has(name));
  const whole = changed(graph, {
    node: numbers.flatMap((step) => graph.node.map((node) => renamedNode(node, renamer(step), step))),
    input: [
      ...inputs.filter(({ name }) => fed.has(name)),
      ...numbers.flatMap((step) =>
        inputs
          .filter(({ name }) => !fed.has(name))
          .map((value) => renamedValue(value, atStep(value.name, step), step)),
      ),
      ...graph.input.filter(({ name }) => weights.has(name)),
    ],
    output: numbers.flatMap((step) =>
      graph.output.map((value) => renamedValue(value, renamer(step)(value.name), step)),
    ),
    valueInfo: [],
    quantizationAnnotation: [],
  });
  return changed(model, { graph: whole, metadataProps: [], trainingInfo: [] });
}

/** A named axis may grow from step to step, as a cache does: it has a name of its own at each. */
function renamedValue(value: ValueInfoProto, name: string, step: number): ValueInfoProto {
  const type = value.type?.value;
  if (type?.case !== "tensorType" || !type.value.shape) return changed(value, { name });
  const dim = type.value.shape.dim.map((each) =>
    each.value.case === "dimParam" && each.value.value !== ""
      ? changed(each, { value: { case: "dimParam", value: atStep(each.value.value, step) } })
      : each,
  );
  const shape = changed(type.value.shape, { dim });
  const tensor = changed(type.value, { shape });
  return changed(value, {
    name,
    type: changed(value.type as NonNullable<ValueInfoProto["type"]>, {
      value: { case: "tensorType", value: tensor },
    }),
  });
}

type Rename = (name: string) => string;

function renamedNode(node: NodeProto, rename: Rename, step: number): NodeProto {
  return changed(node, {
    name: node.name === "" ? "" : atStep(node.name, step),
    input: node.input.map(rename),
    output: node.output.map(rename),
    attribute: node.attribute.map((attribute) => renamedBodies(attribute, rename, step)),
  });
}

function renamedBodies(attribute: AttributeProto, rename: Rename, step: number): AttributeProto {
  if (bodies(attribute).length === 0) return attribute;
  const body = (graph: GraphProto): GraphProto =>
    changed(graph, {
      node: graph.node.map((node) => renamedNode(node, rename, step)),
      initializer: graph.initializer.map((tensor) => changed(tensor, { name: rename(tensor.name) })),
      sparseInitializer: graph.sparseInitializer.map((sparse) =>
        sparse.values
          ? changed(sparse, { values: changed(sparse.values, { name: rename(sparse.values.name) }) })
          : sparse,
      ),
      input: graph.input.map((value) => changed(value, { name: rename(value.name) })),
      output: graph.output.map((value) => changed(value, { name: rename(value.name) })),
      valueInfo: [],
      quantizationAnnotation: [],
    });
  return changed(attribute, {
    ...(attribute.g ? { g: body(attribute.g) } : {}),
    graphs: attribute.graphs.map(body),
  });
}
