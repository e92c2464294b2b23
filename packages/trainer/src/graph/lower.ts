import { CongruentError } from "@congruent/core";
import type { AttrValue } from "../generated/tensorflow/core/framework/attr_value_pb.js";
import { DataType } from "../generated/tensorflow/core/framework/types_pb.js";
import type { Binding, OpAttribute } from "../tensorflow.js";
import { attribute, type GraphBuilder, outputOf, type Ref } from "./graph-builder.js";
import type { RecordedConstant, RecordedOp, Recording } from "./recorder.js";

/** int32 numbers that follow the batch size `b`: each is `slope · b + offset`. */
export interface LinearInBatch {
  kind: "linear";
  slope: number[];
  offset: number[];
}

/** A tensor of one number throughout, whose shape follows the batch size: for example the zeros that recurrent layers start from. */
interface FilledByBatch {
  kind: "filled";
  value: number;
  dims: LinearInBatch;
}

/** A constant that depends on the batch size. */
export type BatchExpression = LinearInBatch | FilledByBatch;

export interface LowerOptions {
  builder: GraphBuilder;
  binding: Binding;
  recording: Recording;
  /** Ids of tensors that are placeholders or variables' values, with the node that provides them. */
  inputs: ReadonlyMap<number, Ref>;
  /** Ids whose nodes are needed; whatever they do not depend on is left out. */
  outputs: readonly number[];
  /** Constants that follow the batch size, and where the graph finds the batch size (an int32 scalar). */
  batch?: { expressions: ReadonlyMap<number, BatchExpression>; size: () => Ref };
}

/** Writes a recording as nodes of a graph. Returns a function from recorded ids to nodes. */
export function lower(options: LowerOptions): (id: number) => Ref {
  const { builder, binding, recording, outputs } = options;
  const refs = new Map<number, Ref>(options.inputs);
  const needed = neededOps(recording, outputs, refs);

  const refOf = (id: number, op: RecordedOp, position: number): Ref => {
    const known = refs.get(id);
    if (known !== undefined) return known;
    const constant = recording.constants.get(id);
    if (!constant) throw new Error(`recorded tensor ${id} (input of ${op.name}) has no producer`);
    const target = reshapeTarget(options, constant, op, position);
    if (target !== undefined) return target;
    const ref = constantNode(options, constant, op, position);
    refs.set(id, ref);
    return ref;
  };

  for (const op of recording.ops) {
    if (!needed.has(op)) continue;
    const inputs = op.inputs.map((id, position) => refOf(id, op, position));
    const node = builder.add(op.name, scoped(op, op.name), inputs, attributesOf(binding, op));
    op.outputs.forEach((id, index) => {
      refs.set(id, outputOf(node, index));
    });
  }

  return (recorded) => {
    const id = recording.aliases.get(recorded) ?? recorded;
    const ref = refs.get(id);
    if (ref === undefined) throw new Error(`recorded tensor ${id} is not in the graph`);
    return ref;
  };
}

function neededOps(
  recording: Recording,
  outputs: readonly number[],
  inputs: ReadonlyMap<number, Ref>,
): Set<RecordedOp> {
  const producers = new Map<number, RecordedOp>();
  for (const op of recording.ops) for (const id of op.outputs) producers.set(id, op);
  const needed = new Set<RecordedOp>();
  const pending = outputs.map((id) => recording.aliases.get(id) ?? id);
  for (let id = pending.pop(); id !== undefined; id = pending.pop()) {
    const op = producers.get(id);
    if (!op || needed.has(op) || inputs.has(id)) continue;
    needed.add(op);
    pending.push(...op.inputs);
  }
  return needed;
}

/**
 * A reshape with one unknown dimension needs no arithmetic: -1 stands for the dimension that follows the batch.
 * Only a reshape accepts -1, so another operator that reads the same constant gets a node of its own.
 */
function reshapeTarget(
  options: LowerOptions,
  constant: RecordedConstant,
  op: RecordedOp,
  position: number,
): Ref | undefined {
  const expression = options.batch?.expressions.get(constant.id);
  if (expression?.kind !== "linear") return undefined;
  const slopes = expression.slope;
  if (op.name !== "Reshape" || position !== 1 || constant.values.includes(-1)) return undefined;
  if (slopes.filter((slope) => slope !== 0).length !== 1) return undefined;
  const dims = constant.values.map((value, i) => (slopes[i] === 0 ? value : -1));
  return options.builder.constant(scoped(op, "Reshape_input1"), constant.dtype, constant.shape, dims);
}

function constantNode(
  options: LowerOptions,
  constant: RecordedConstant,
  op: RecordedOp,
  position: number,
): Ref {
  const { builder, batch } = options;
  const name = scoped(op, `${op.name}_input${position}`);
  const expression = batch?.expressions.get(constant.id);
  if (!batch || !expression) return builder.constant(name, constant.dtype, constant.shape, constant.values);
  if (expression.kind === "linear") return linear(builder, name, constant.shape, expression, batch.size());

  const rank = expression.dims.slope.length;
  const dims = linear(builder, `${name}_dims`, [rank], expression.dims, batch.size());
  const value = builder.constant(`${name}_value`, constant.dtype, [], [expression.value]);
  return builder.add("Fill", name, [dims, value], {
    T: attribute.type(constant.dtype),
    index_type: attribute.type(DataType.DT_INT32),
  });
}

function linear(
  builder: GraphBuilder,
  name: string,
  shape: readonly number[],
  { slope, offset }: LinearInBatch,
  batchSize: Ref,
): Ref {
  const T = { T: attribute.type(DataType.DT_INT32) };
  const slopes = builder.constant(`${name}_slope`, DataType.DT_INT32, shape, slope);
  const offsets = builder.constant(`${name}_offset`, DataType.DT_INT32, shape, offset);
  const scaled = builder.add("Mul", `${name}_scaled`, [slopes, batchSize], T);
  return builder.add("AddV2", name, [scaled, offsets], T);
}

function scoped(op: RecordedOp, name: string): string {
  return op.scope ? `${op.scope}/${name}` : name;
}

function attributesOf(binding: Binding, op: RecordedOp): Record<string, AttrValue> {
  return Object.fromEntries(op.attributes.map((a) => [a.name, attrValue(binding, op, a)]));
}

function attrValue(binding: Binding, op: RecordedOp, { name, type, value }: OpAttribute): AttrValue {
  const list = Array.isArray(value);
  switch (type) {
    case binding.TF_ATTR_TYPE:
      if (!list) return attribute.type(value as DataType);
      break;
    case binding.TF_ATTR_INT:
      return list ? attribute.ints(value as number[]) : attribute.int(value as number);
    case binding.TF_ATTR_FLOAT:
      return list ? attribute.floats(value as number[]) : attribute.float(value as number);
    case binding.TF_ATTR_BOOL:
      return list ? attribute.bools(value as boolean[]) : attribute.bool(value as boolean);
    case binding.TF_ATTR_STRING:
      if (!list) return attribute.string(value as string);
      break;
    case binding.TF_ATTR_SHAPE:
      return attribute.shape(value as number[]);
  }
  throw new CongruentError({
    code: "E_CAPTURE_ATTRIBUTE",
    what: `${op.scope ? `"${op.scope}"` : "the step"} needs the operator ${op.name}, whose attribute ${name} has a type that cannot be written into a graph`,
    fix: "train with --engine eager",
  });
}
