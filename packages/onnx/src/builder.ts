/** Models made by hand, for tests and tools. The names are those of Python's onnx.helper, in camelCase. */

import { create } from "@bufbuild/protobuf";
import { type DType, type Tensor, tensorBytes } from "@congruent/core";
import { ONNX_DTYPES } from "./dtypes.js";
import {
  AttributeProto_AttributeType as A,
  type AttributeProto,
  AttributeProtoSchema,
  type GraphProto,
  GraphProtoSchema,
  type ModelProto,
  ModelProtoSchema,
  type NodeProto,
  NodeProtoSchema,
  type TensorProto,
  TensorProtoSchema,
  type ValueInfoProto,
  ValueInfoProtoSchema,
} from "./generated/onnx/onnx-ml_pb.js";

/** A bigint is an ONNX INT and a number a FLOAT: JavaScript's numbers alone would not tell 1 from 1.0. */
export type AttributeValue =
  | bigint
  | number
  | string
  | TensorProto
  | GraphProto
  | bigint[]
  | number[]
  | string[];

/**
 * A node's attribute; its ONNX type follows from the value.
 *
 * @example
 * ```ts
 * makeAttribute("axis", 1n).i; // => 1n
 * makeAttribute("alpha", 0.5).f; // => 0.5
 * ```
 */
export function makeAttribute(name: string, value: AttributeValue): AttributeProto {
  const utf8 = new TextEncoder();
  const [first] = Array.isArray(value) ? value : [];
  if (typeof value === "bigint") return create(AttributeProtoSchema, { name, type: A.INT, i: value });
  if (typeof value === "number") return create(AttributeProtoSchema, { name, type: A.FLOAT, f: value });
  if (typeof value === "string") {
    return create(AttributeProtoSchema, { name, type: A.STRING, s: utf8.encode(value) });
  }
  if (!Array.isArray(value)) {
    return value.$typeName === "onnx.GraphProto"
      ? create(AttributeProtoSchema, { name, type: A.GRAPH, g: value })
      : create(AttributeProtoSchema, { name, type: A.TENSOR, t: value });
  }
  if (typeof first === "string") {
    const strings = (value as string[]).map((text) => utf8.encode(text));
    return create(AttributeProtoSchema, { name, type: A.STRINGS, strings });
  }
  if (typeof first === "number") {
    return create(AttributeProtoSchema, { name, type: A.FLOATS, floats: value as number[] });
  }
  return create(AttributeProtoSchema, { name, type: A.INTS, ints: value as bigint[] });
}

export interface NodeOptions {
  name?: string;
  domain?: string;
  attributes?: Record<string, AttributeValue>;
  /** Notes of whoever made the node, kept in its metadata_props (IR version 10). */
  metadata?: Readonly<Record<string, string>>;
}

/**
 * A node that applies an operator to values by name; "" as an input leaves an optional one out.
 *
 * @example
 * ```ts
 * makeNode("Softmax", ["x"], ["y"], { attributes: { axis: -1n } }).attribute[0]?.i; // => -1n
 * ```
 */
export function makeNode(
  opType: string,
  input: string[],
  output: string[],
  { name = output[0] ?? "", domain = "", attributes = {}, metadata = {} }: NodeOptions = {},
): NodeProto {
  const attribute = Object.entries(attributes).map(([key, value]) => makeAttribute(key, value));
  const metadataProps = Object.entries(metadata).map(([key, value]) => ({ key, value }));
  return create(NodeProtoSchema, { opType, input, output, name, domain, attribute, metadataProps });
}

/**
 * A weight or constant with the values of a tensor.
 *
 * @example
 * ```ts
 * makeTensor("w", tensor("float32", new Float32Array(6), [2, 3])).dims; // => [2n, 3n]
 * ```
 */
export function makeTensor(name: string, value: Tensor): TensorProto {
  return create(TensorProtoSchema, {
    name,
    dataType: ONNX_DTYPES[value.dtype],
    dims: value.dims.map(BigInt),
    rawData: tensorBytes(value).slice(),
  });
}

/** A declared input or output: strings are named dynamic sizes, null an unnamed one. */
export function makeTensorValueInfo(
  name: string,
  dtype: DType,
  dims: readonly (number | string | null)[],
): ValueInfoProto {
  const dim = dims.map((size) => {
    if (typeof size === "number") return { value: { case: "dimValue" as const, value: BigInt(size) } };
    return size === null ? {} : { value: { case: "dimParam" as const, value: size } };
  });
  return create(ValueInfoProtoSchema, {
    name,
    type: { value: { case: "tensorType", value: { elemType: ONNX_DTYPES[dtype], shape: { dim } } } },
  });
}

/**
 * Nodes in an order in which each comes after those it takes values from, with the graph's inputs, outputs and weights.
 *
 * @example
 * ```ts
 * const x = makeTensorValueInfo("x", "float32", ["batch", 2]);
 * const y = makeTensorValueInfo("y", "float32", ["batch", 2]);
 * const graph = makeGraph([makeNode("Relu", ["x"], ["y"])], "relu", [x], [y]);
 * graph.output[0]?.name; // => "y"
 * ```
 */
export function makeGraph(
  node: NodeProto[],
  name: string,
  input: ValueInfoProto[],
  output: ValueInfoProto[],
  initializer: TensorProto[] = [],
): GraphProto {
  return create(GraphProtoSchema, { node, name, input, output, initializer });
}

export interface ModelOptions {
  /** Version of the default operator set. */
  opset?: number;
  irVersion?: number;
  producerName?: string;
}

/**
 * A graph as a whole model, for one version of the default operator set.
 *
 * @example
 * ```ts
 * const x = makeTensorValueInfo("x", "float32", ["batch", 2]);
 * const y = makeTensorValueInfo("y", "float32", ["batch", 2]);
 * const graph = makeGraph([makeNode("Relu", ["x"], ["y"])], "relu", [x], [y]);
 * makeModel(graph, { opset: 21 }).opsetImport[0]?.version; // => 21n
 * ```
 */
export function makeModel(
  graph: GraphProto,
  { opset = 17, irVersion = 8, producerName = "congruent" }: ModelOptions = {},
): ModelProto {
  return create(ModelProtoSchema, {
    irVersion: BigInt(irVersion),
    opsetImport: [{ domain: "", version: BigInt(opset) }],
    producerName,
    graph,
  });
}
