/** What is known of the types of a graph's values: declared, given by the caller, or following from the operators. */
import { create } from "@bufbuild/protobuf";
import type { Tensor } from "@congruent/core";
import { makeTensorValueInfo } from "../builder.js";
import {
  type GraphProto,
  type ModelProto,
  type NodeProto,
  type TypeProto,
  TypeProtoSchema,
  type ValueInfoProto,
  ValueInfoProtoSchema,
} from "../generated/onnx/onnx-ml_pb.js";
import { bodies, indexGraph } from "./graph-index.js";
import { topologicalOrder } from "./topological-order.js";
import { typeRules } from "./type-rules.js";

/** Types that a caller knows, by value name: the tensors of a run, for instance. */
export type KnownTypes = Readonly<Record<string, Pick<Tensor, "dtype" | "dims">>>;

/**
 * The type of each value, as far as it can be told. Shapes come from the file's declarations and from `known` alone; a value whose element
 * type alone is known has no shape, which runtimes read as any shape.
 */
export function valueTypes(model: ModelProto, known: KnownTypes = {}): Map<string, TypeProto> {
  const types = new Map<string, TypeProto>();
  const set = (name: string, type: TypeProto | undefined) => {
    if (type?.value.case) types.set(name, type);
  };
  const index = indexGraph(model);
  const { graph } = index;
  for (const value of [...graph.valueInfo, ...graph.output, ...graph.input]) set(value.name, value.type);
  for (const tensor of graph.initializer) set(tensor.name, tensorType(tensor.dataType, tensor.dims));
  for (const [name, { dtype, dims }] of Object.entries(known)) {
    set(name, makeTensorValueInfo(name, dtype, dims).type);
  }
  for (const { proto } of topologicalOrder(index)) inferNode(proto, types);
  return types;
}

/** A declaration of a value; without a type where none is known, as a runtime then infers it. */
export function declareValue(name: string, type: TypeProto | undefined): ValueInfoProto {
  return create(ValueInfoProtoSchema, type ? { name, type } : { name });
}

function inferNode(node: NodeProto, types: Map<string, TypeProto>): void {
  if (node.output.every((name) => name === "" || types.has(name))) return;
  const rules = typeRules[node.domain]?.[node.opType];
  const inputs = node.input.map((name) => elementType(types.get(name)));
  const inBodies = bodyTypes(node, types);
  node.output.forEach((name, position) => {
    if (name === "" || types.has(name)) return;
    const rule = rules?.[position] ?? rules?.at(-1);
    const element = rule ? rule(node, inputs) : inBodies?.[position];
    if (element) types.set(name, tensorType(element));
  });
}

/** Element types of what a node with bodies gives: a Loop's body first gives the condition, which the Loop keeps. */
function bodyTypes(
  node: NodeProto,
  outer: ReadonlyMap<string, TypeProto>,
): (number | undefined)[] | undefined {
  const [body] = node.attribute.flatMap(bodies);
  if (!body) return undefined;
  const given = outputTypes(body, outer);
  return node.opType === "Loop" ? given.slice(1) : given;
}

function outputTypes(body: GraphProto, outer: ReadonlyMap<string, TypeProto>): (number | undefined)[] {
  const types = new Map(outer);
  for (const { name, type } of [...body.valueInfo, ...body.output, ...body.input]) {
    if (type?.value.case) types.set(name, type);
    else types.delete(name);
  }
  for (const tensor of body.initializer) types.set(tensor.name, tensorType(tensor.dataType, tensor.dims));
  for (const node of body.node) inferNode(node, types);
  return body.output.map(({ name }) => elementType(types.get(name)));
}

function elementType(type: TypeProto | undefined): number | undefined {
  return type?.value.case === "tensorType" ? type.value.value.elemType : undefined;
}

function tensorType(elemType: number, dims?: readonly bigint[]): TypeProto {
  const shape = dims && { dim: dims.map((value) => ({ value: { case: "dimValue" as const, value } })) };
  return create(TypeProtoSchema, {
    value: { case: "tensorType", value: shape ? { elemType, shape } : { elemType } },
  });
}
