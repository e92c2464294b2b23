import { DataType } from "../generated/tensorflow/core/framework/types_pb.js";
import { attribute, type GraphBuilder, type Ref } from "./graph-builder.js";

/** The attribute T of operators on float32. */
export const FLOAT_T = { T: attribute.type(DataType.DT_FLOAT) };
/** The attribute dtype of variables of float32. */
export const FLOAT_DTYPE = { dtype: attribute.type(DataType.DT_FLOAT) };

/** A float32 scalar. */
export function floatConstant(builder: GraphBuilder, name: string, value: number): Ref {
  return builder.constant(name, DataType.DT_FLOAT, [], [value]);
}

/** An operator on float32 that has no other attribute: Mul, Sub, Maximum … */
export function floatOperator(
  builder: GraphBuilder,
  op: string,
  name: string,
  inputs: readonly Ref[],
  after: readonly Ref[] = [],
): Ref {
  return builder.add(op, name, inputs, FLOAT_T, after);
}
