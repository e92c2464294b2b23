import { DataType } from "../generated/tensorflow/core/framework/types_pb.js";
import type { RecordedOp, Recording } from "../graph/recorder.js";
import type { Binding, OpAttribute } from "../tensorflow.js";

/** The numbers by which the addon tells attributes apart; any will do, as long as they differ. */
export const binding = { TF_ATTR_INT: 1, TF_ATTR_BOOL: 3, TF_ATTR_TYPE: 4 } as Binding;

const { DT_FLOAT, DT_INT32 } = DataType;

export const typeOf = (name: string, value: number): OpAttribute => ({
  name,
  type: binding.TF_ATTR_TYPE,
  value,
});
export const int = (name: string, value: number): OpAttribute => ({ name, type: binding.TF_ATTR_INT, value });
export const bool = (name: string, value: boolean): OpAttribute => ({
  name,
  type: binding.TF_ATTR_BOOL,
  value,
});
export const float = typeOf("T", DT_FLOAT);

/** An operator with one output. */
export function op(name: string, inputs: number[], output: number, attributes = [float]): RecordedOp {
  return { name, attributes, inputs, outputs: [output], scope: "layer" };
}

/**
 * A recording written by hand.
 *
 * @param shapes of every tensor whose shape is known, by id
 * @param constants int32 vectors, by id
 */
export function recordingOf(
  ops: RecordedOp[],
  shapes: Record<number, number[]>,
  constants: Record<number, number[]> = {},
): Recording {
  const entries = <T>(record: Record<number, T>) =>
    Object.entries(record).map(([id, value]) => [Number(id), value] as const);
  const produced = new Set(ops.flatMap(({ outputs }) => outputs));
  return {
    ops,
    shapes: new Map<number, readonly number[]>([
      ...entries(shapes),
      ...entries(constants).map(([id, v]) => [id, [v.length]] as const),
    ]),
    constants: new Map(
      entries(constants).map(([id, values]) => [id, { id, dtype: DT_INT32, shape: [values.length], values }]),
    ),
    aliases: new Map(),
    known: entries(shapes).flatMap(([id]) => (produced.has(id) ? [] : [id])),
  };
}
