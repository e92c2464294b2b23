import { fromBinary, toBinary } from "@bufbuild/protobuf";
import { CongruentError, messageOf } from "@congruent/core";
import { dtypeName, elementCount, rawBytes } from "./dtypes.js";
import { guessFormat } from "./formats.js";
import {
  type AttributeProto,
  type GraphProto,
  type ModelProto,
  ModelProtoSchema,
  type SparseTensorProto,
  type TensorProto,
  TensorProto_DataLocation,
  TensorProtoSchema,
} from "./generated/onnx/onnx-ml_pb.js";

/**
 * The model in an ONNX file's bytes. Weights are views into `bytes`; no length that the file merely claims is allocated.
 *
 * @param source name of the file, for errors
 * @throws CongruentError `E_ONNX_INVALID` for bytes that are no ONNX model, naming what is wrong.
 * @example
 * ```ts
 * const x = makeTensorValueInfo("x", "float32", ["batch", 2]);
 * const y = makeTensorValueInfo("y", "float32", ["batch", 2]);
 * const graph = makeGraph([makeNode("Relu", ["x"], ["y"])], "relu", [x], [y]);
 * const bytes = encodeModel(makeModel(graph));
 * decodeModel(bytes).graph?.node[0]?.opType; // => "Relu"
 * ```
 */
export function decodeModel(bytes: Uint8Array, source = "the model"): ModelProto {
  if (bytes.length === 0) throw invalid(source, "is empty");
  const format = guessFormat(bytes);
  if (format) throw invalid(source, `is no ONNX file but ${format.name}`, undefined, format.fix);
  if (/(^|[\\/])saved_model\.pb$/.test(source)) {
    const fix = "convert its folder: python -m tf2onnx.convert --saved-model FOLDER --output model.onnx";
    throw invalid(source, "is no ONNX file but a TensorFlow SavedModel's graph", undefined, fix);
  }
  let model: ModelProto;
  try {
    model = fromBinary(ModelProtoSchema, bytes);
  } catch (error) {
    throw invalid(
      source,
      `cannot be read as an ONNX model: truncated, damaged or another kind of file (${messageOf(error)})`,
      error,
    );
  }
  const flaw = flawOf(model);
  if (flaw) throw invalid(source, flaw);
  return model;
}

/**
 * The bytes of a model, fields that this version does not know included.
 *
 * @example
 * ```ts
 * const y = makeTensorValueInfo("y", "float32", [2]);
 * encodeModel(makeModel(makeGraph([], "empty", [], [y]))).subarray(0, 2); // => Uint8Array.of(8, 8)
 * ```
 */
export function encodeModel(model: ModelProto): Uint8Array<ArrayBuffer> {
  return toBinary(ModelProtoSchema, model);
}

/**
 * The tensor in the bytes of a file of its own, as the ONNX backend tests keep inputs and outputs.
 *
 * @throws CongruentError `E_ONNX_INVALID` for bytes that are no tensor, or a tensor whose bytes do not fit its shape
 * @example
 * ```ts
 * const bytes = encodeTensorProto(makeTensor("x", tensor("float32", Float32Array.of(1, 2), [2])));
 * decodeTensorProto(bytes).dims; // => [2n]
 * ```
 */
export function decodeTensorProto(bytes: Uint8Array, source = "the tensor"): TensorProto {
  let decoded: TensorProto;
  try {
    decoded = fromBinary(TensorProtoSchema, bytes);
  } catch (error) {
    throw invalid(source, `is no serialized tensor (${messageOf(error)})`, error);
  }
  // Without a type it is another message, or nothing.
  if (decoded.dataType === 0) throw invalid(source, "is no serialized tensor");
  const flaw = tensorFlaw(decoded);
  if (flaw) throw invalid(source, `is a tensor ${flaw}`);
  return decoded;
}

/** The bytes of a tensor for a file of its own. */
export function encodeTensorProto(tensor: TensorProto): Uint8Array<ArrayBuffer> {
  return toBinary(TensorProtoSchema, tensor);
}

function invalid(source: string, flaw: string, cause?: unknown, fix: string | null = null): CongruentError {
  return new CongruentError({
    code: "E_ONNX_INVALID",
    what: `${source} ${flaw}`,
    expected: "a complete ONNX model",
    fix: fix ?? "check the path, or export or download the file again",
    cause,
  });
}

/** What keeps a decoded message from being a model, or null. Damage often decodes: fields are all optional. */
function flawOf(model: ModelProto): string | null {
  if (model.irVersion <= 0n) return "has no IR version, which every ONNX model has";
  if (!model.graph) return "has no graph: it is truncated or no ONNX model";
  if (model.irVersion >= 3n && model.opsetImport.length === 0) {
    return "does not say which operator set it uses: it is truncated or damaged";
  }
  return graphFlaw(model.graph);
}

/** Bodies within bodies: more than any exporter writes, and few enough for all that walks through them. */
const DEEPEST = 16;

function graphFlaw(graph: GraphProto, depth = 0): string | null {
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

function attributeFlaw(attribute: AttributeProto, depth: number): string | null {
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

function sparseFlaw({ values, indices, dims }: SparseTensorProto): string | null {
  const count = elementCount(dims);
  if (dims.some((dim) => dim < 0n) || count > MOST_ELEMENTS)
    return `of the impossible shape [${dims.join(", ")}]`;
  return (values && tensorFlaw(values)) ?? (indices && tensorFlaw(indices)) ?? null;
}

function tensorFlaw(tensor: TensorProto): string | null {
  const { dims, dataType } = tensor;
  if (dims.some((dim) => dim < 0n)) return `of the impossible shape [${dims.join(", ")}]`;
  if (tensor.dataLocation === TensorProto_DataLocation.EXTERNAL) return null;
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
function elementsGiven(tensor: TensorProto): number {
  const { floatData, int32Data, int64Data, doubleData, uint64Data, stringData } = tensor;
  const fields = [floatData, int32Data, int64Data, doubleData, uint64Data, stringData];
  return Math.max(...fields.map((field) => field.length));
}

/** A complex number takes two entries. */
function parts(dataType: number): number {
  return dtypeName(dataType).startsWith("complex") ? 2 : 1;
}
