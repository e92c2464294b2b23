/** Who reads and who makes each value, in the bodies of If, Loop and Scan too. */
import { bodies, type GraphProto, type ModelProto, type NodeProto, type TensorProto } from "@congruent/onnx";

export interface DeepIndex {
  consumersOf(value: string): readonly NodeProto[];
  producerOf(value: string): NodeProto | undefined;
  /** What an initializer or a Constant node holds. */
  constantOf(value: string): TensorProto | undefined;
  /** The shape that the file states for a value; undefined where it states none. */
  statedDims(value: string): readonly (number | null)[] | undefined;
}

/** By model, because a guess is made for each of its inputs. */
const known = new WeakMap<ModelProto, DeepIndex>();

/** Names are those of all graphs together: ONNX lets no body hide a name of the graph around it. */
export function deepIndex(model: ModelProto): DeepIndex {
  const found = known.get(model) ?? build(model);
  known.set(model, found);
  return found;
}

function build({ graph }: ModelProto): DeepIndex {
  const consumers = new Map<string, NodeProto[]>();
  const producers = new Map<string, NodeProto>();
  const weights = new Map<string, TensorProto>();
  const stated = new Map<string, readonly (number | null)[]>();
  const walk = (part: GraphProto) => {
    for (const tensor of part.initializer) weights.set(tensor.name, tensor);
    for (const { name, type } of [...part.input, ...part.valueInfo, ...part.output]) {
      const shape = type?.value.case === "tensorType" ? type.value.value.shape : undefined;
      if (!shape) continue;
      stated.set(
        name,
        shape.dim.map(({ value }) =>
          value.case === "dimValue" && value.value >= 0n ? Number(value.value) : null,
        ),
      );
    }
    for (const node of part.node) {
      for (const value of node.output) if (value !== "") producers.set(value, node);
      for (const value of new Set(node.input)) {
        const readers = consumers.get(value);
        if (readers) readers.push(node);
        else consumers.set(value, [node]);
      }
      node.attribute.flatMap(bodies).forEach(walk);
    }
  };
  if (graph) walk(graph);
  return {
    consumersOf: (value) => consumers.get(value) ?? [],
    producerOf: (value) => producers.get(value),
    constantOf: (value) => weights.get(value) ?? heldBy(producers.get(value)),
    statedDims: (value) => stated.get(value),
  };
}

function heldBy(node: NodeProto | undefined): TensorProto | undefined {
  if (node?.opType !== "Constant") return undefined;
  return node.attribute.find(({ name }) => name === "value")?.t;
}
