import { dtypeName, elementCount, rawBytes } from "./dtypes.js";
import type {
  AttributeOutline,
  GraphOutline,
  ModelOutline,
  SparseTensorOutline,
  TensorOutline,
} from "./outline/model-outline.js";
import { EXTERNAL } from "./outline/model-outline.js";

/** What keeps a decoded message from being a model, or null. Damage often decodes: fields are all optional. */
export function modelFlaw(model: ModelOutline): string | null {
  if (model.irVersion <= 0n) return "has no IR version, which every ONNX model has";
  if (!model.graph) return "has no graph: it is truncated or no ONNX model";
  if (model.irVersion >= 3n && model.opsetImport.length === 0) {
    return "does not say which operator set it uses: it is truncated or damaged";
  }
  return graphFlaw(model.graph);
}

/** Bodies within bodies: more than any exporter writes, and few enough for all that walks through them. */
const DEEPEST = 16;

function graphFlaw(graph: GraphOutline, depth = 0): string | null {
  if (depth > DEEPEST) return `has graphs nested more than ${DEEPEST} deep`;
  if (graph.output.length === 0) return "has a graph without outputs";
  for (const initializer of graph.initializer) {
    const flaw = tensorFlaw(initializer);
    if (flaw) return `has a weight "${initializer.name}" ${flaw}`;
  }
  for (const sparse of graph.sparseInitializer) {
    const flaw = sparseFlaw(sparse);
    if (flaw) return `has a sparse weight "${sparse.values?.name ?? ""}" ${flaw}`;
  }
  for (const node of graph.node) {
    if (node.opType === "") return `has a node "${node.name}" without an operator: it is damaged`;
    for (const attribute of node.attribute) {
      const flaw = attributeFlaw(attribute, depth);
      if (flaw) return `has a node "${node.name}" whose attribute ${attribute.name} is wrong: ${flaw}`;
    }
  }
  return null;
}

function attributeFlaw(attribute: AttributeOutline, depth: number): string | null {
  for (const tensor of attribute.t ? [attribute.t, ...attribute.tensors] : attribute.tensors) {
    const flaw = tensorFlaw(tensor);
    if (flaw) return `a tensor ${flaw}`;
  }
  for (const sparse of attribute.sparseTensor ? [attribute.sparseTensor] : []) {
    const flaw = sparseFlaw(sparse);
    if (flaw) return `a sparse tensor ${flaw}`;
  }
  for (const graph of attribute.g ? [attribute.g, ...attribute.graphs] : attribute.graphs) {
    const flaw = graphFlaw(graph, depth + 1);
    if (flaw) return flaw;
  }
  return null;
}

/** Elements of one tensor: what a sparse one claims must be within what a dense one could hold. */
const MOST_ELEMENTS = 2n ** 31n;

function sparseFlaw({ values, indices, dims }: SparseTensorOutline): string | null {
  const count = elementCount(dims);
  if (dims.some((dim) => dim < 0n) || count > MOST_ELEMENTS)
    return `of the impossible shape [${dims.join(", ")}]`;
  return (values && tensorFlaw(values)) ?? (indices && tensorFlaw(indices)) ?? null;
}

export function tensorFlaw(tensor: TensorOutline): string | null {
  const { dims, dataType } = tensor;
  if (dims.some((dim) => dim < 0n)) return `of the impossible shape [${dims.join(", ")}]`;
  if (tensor.dataLocation === EXTERNAL) return null;
  const count = elementCount(dims);
  const claim = `of shape [${dims.join(", ")}] and type ${dtypeName(dataType)}`;
  if (tensor.rawData.length === 0) {
    // Elements of less than a byte are packed, so that fewer entries are right.
    const expected =
      rawBytes(dataType, 1) === 1 && rawBytes(dataType, 2) === 1 ? null : Number(count) * parts(dataType);
    const given = elementsGiven(tensor);
    if (expected === null || expected === given) return null;
    return `${claim}, which has ${expected} elements, with ${given}`;
  }
  const expected = rawBytes(dataType, Number(count));
  if (expected === null || expected === tensor.rawData.length) return null;
  return `${claim}, which takes ${expected} bytes, with ${tensor.rawData.length}`;
}

/** Entries of the typed fields, of which a tensor has one. */
function elementsGiven(tensor: TensorOutline): number {
  const { floatData, int32Data, int64Data, doubleData, uint64Data, stringData } = tensor;
  const fields = [floatData, int32Data, int64Data, doubleData, uint64Data, stringData];
  return Math.max(...fields.map((field) => field.length));
}

/** A complex number takes two entries. */
function parts(dataType: number): number {
  return dtypeName(dataType).startsWith("complex") ? 2 : 1;
}
