import { create, type MessageInitShape } from "@bufbuild/protobuf";
import { type AttrValue, AttrValueSchema } from "../generated/tensorflow/core/framework/attr_value_pb.js";
import { type GraphDef, GraphDefSchema } from "../generated/tensorflow/core/framework/graph_pb.js";
import { type NodeDef, NodeDefSchema } from "../generated/tensorflow/core/framework/node_def_pb.js";
import { type TensorProto, TensorProtoSchema } from "../generated/tensorflow/core/framework/tensor_pb.js";
import {
  type TensorShapeProto,
  TensorShapeProtoSchema,
} from "../generated/tensorflow/core/framework/tensor_shape_pb.js";
import { DataType } from "../generated/tensorflow/core/framework/types_pb.js";

/** The output of a node, as GraphDef spells it: `name` for output 0, `name:1` for the next. */
export type Ref = string;

export type Attributes = Record<string, AttrValue>;

/** Oldest and newest GraphDef version that TensorFlow 2 reads and writes without conversions. */
const PRODUCER = 1205;

export const attribute = {
  type: (value: DataType) => attr({ case: "type", value }),
  shape: (dims: readonly (number | null)[]) => attr({ case: "shape", value: shapeProto(dims) }),
  int: (value: number) => attr({ case: "i", value: BigInt(value) }),
  float: (value: number) => attr({ case: "f", value }),
  bool: (value: boolean) => attr({ case: "b", value }),
  string: (value: string) => attr({ case: "s", value: new TextEncoder().encode(value) }),
  ints: (values: readonly number[]) => attr({ case: "list", value: { i: values.map(BigInt) } }),
  floats: (values: readonly number[]) => attr({ case: "list", value: { f: [...values] } }),
  bools: (values: readonly boolean[]) => attr({ case: "list", value: { b: [...values] } }),
  tensor: (value: TensorProto) => attr({ case: "tensor", value }),
};

function attr(value: NonNullable<MessageInitShape<typeof AttrValueSchema>["value"]>): AttrValue {
  return create(AttrValueSchema, { value } as MessageInitShape<typeof AttrValueSchema>);
}

/** A shape; null is a dimension that is not known before the graph runs. */
export function shapeProto(dims: readonly (number | null)[]): TensorShapeProto {
  return create(TensorShapeProtoSchema, { dim: dims.map((size) => ({ size: BigInt(size ?? -1) })) });
}

/** A dense little-endian tensor of the dtypes that tfjs knows. */
function tensorProto(dtype: DataType, shape: readonly number[], values: ArrayLike<number>): TensorProto {
  const typed = toTyped(dtype, values);
  return create(TensorProtoSchema, {
    dtype,
    tensorShape: shapeProto(shape),
    tensorContent: new Uint8Array(typed.buffer, typed.byteOffset, typed.byteLength),
  });
}

function toTyped(dtype: DataType, values: ArrayLike<number>) {
  switch (dtype) {
    case DataType.DT_FLOAT:
      return Float32Array.from(values);
    case DataType.DT_INT32:
      return Int32Array.from(values);
    case DataType.DT_INT64:
      return BigInt64Array.from(Array.from(values, BigInt));
    case DataType.DT_BOOL:
      return Uint8Array.from(values);
    default:
      throw new Error(`constants of TensorFlow dtype ${DataType[dtype]} are not written`);
  }
}

/** Collects the nodes of a GraphDef; names are made unique here only. */
export class GraphBuilder {
  readonly #nodes: NodeDef[] = [];
  readonly #names = new Map<string, number>();

  /** Adds a node and returns its first output. `control` are nodes that must have run before. */
  add(
    op: string,
    name: string,
    inputs: readonly Ref[],
    attributes: Attributes = {},
    control: readonly Ref[] = [],
  ): Ref {
    const unique = this.#unique(name);
    this.#nodes.push(
      create(NodeDefSchema, {
        name: unique,
        op,
        input: [...inputs, ...control.map((ref) => `^${nodeOf(ref)}`)],
        attr: attributes,
      }),
    );
    return unique;
  }

  constant(name: string, dtype: DataType, shape: readonly number[], values: ArrayLike<number>): Ref {
    return this.add("Const", name, [], {
      dtype: attribute.type(dtype),
      value: attribute.tensor(tensorProto(dtype, shape, values)),
    });
  }

  placeholder(name: string, dtype: DataType, shape: readonly (number | null)[]): Ref {
    return this.add("Placeholder", name, [], { dtype: attribute.type(dtype), shape: attribute.shape(shape) });
  }

  /** The handle of a variable: nodes of one name are one variable. */
  variable(name: string, dtype: DataType, shape: readonly (number | null)[]): Ref {
    return this.add("VarHandleOp", name, [], {
      dtype: attribute.type(dtype),
      shape: attribute.shape(shape),
      shared_name: attribute.string(name),
      container: attribute.string(""),
    });
  }

  build(): GraphDef {
    return create(GraphDefSchema, { node: this.#nodes, versions: { producer: PRODUCER } });
  }

  #unique(name: string): string {
    const clean = name.replace(/[^A-Za-z0-9_./-]/g, "_").replace(/^[^A-Za-z0-9.]+/, "");
    const count = this.#names.get(clean) ?? 0;
    this.#names.set(clean, count + 1);
    return count === 0 ? clean : this.#unique(`${clean}_${count}`);
  }
}

/** `name:1` → `name`. */
export function nodeOf(ref: Ref): string {
  return ref.replace(/^\^/, "").replace(/:\d+$/, "");
}

/** Output `index` of the node behind a reference. */
export function outputOf(ref: Ref, index: number): Ref {
  return index === 0 ? nodeOf(ref) : `${nodeOf(ref)}:${index}`;
}
