import { CongruentError } from "@congruent/core";
import { type Column, columnsOf, type Examples } from "../examples/examples.js";
import { DataType } from "../generated/tensorflow/core/framework/types_pb.js";
import type { Objective } from "../step/objective.js";
import type { Tensor, TensorFlow } from "../tensorflow.js";
import type { BatchRefs } from "./capture.js";
import { attribute, type GraphBuilder, type Ref } from "./graph-builder.js";
import type { Signature } from "./saved-model.js";

const types = { uint8: DataType.DT_UINT8, int32: DataType.DT_INT32, float32: DataType.DT_FLOAT };

/** The dtype and shape of a column of examples, for which a graph is built. */
export type ColumnKind = Pick<Column, "dtype" | "shape">;

interface StoredColumn {
  kind: ColumnKind;
  handle: Ref;
  /** Placeholders: the numbers, and how many they are. */
  values: Ref;
  length: Ref;
  /** The dtype of `values`: four bytes are packed into one int32. */
  carrier: DataType;
  assign: Ref;
}

/** Examples that the graph stores: loaded once, gathered by position in every step. */
export class StoredExamples {
  readonly #builder: GraphBuilder;
  readonly #columns: StoredColumn[];
  /** How many of the columns are inputs, and targets. */
  readonly #counts: { inputs: number; targets: number };
  readonly #name: string;
  /** Fetching it loads what is fed. */
  readonly #loaded: Ref;

  constructor(builder: GraphBuilder, name: string, kinds: Examples) {
    this.#builder = builder;
    this.#name = name;
    this.#counts = { inputs: kinds.inputs.length, targets: kinds.targets.length };
    this.#columns = columnsOf(kinds).map((column, i) => storedColumn(builder, `${name}/${i}`, column));
    const zero = builder.constant(`${name}/zero`, DataType.DT_FLOAT, [], [0]);
    const float = { T: attribute.type(DataType.DT_FLOAT) };
    const assigned = this.#columns.map(({ assign }) => assign);
    this.#loaded = builder.add("Identity", `${name}/loaded`, [zero], float, assigned);
  }

  /** Adds nodes that pick the examples at `positions` (int32 [size]), in the dtypes that the pass takes. */
  gather(name: string, positions: Ref, objective: Objective): BatchRefs {
    const { inputs, targets } = this.#counts;
    const dtypes = (i: number) => {
      const target = objective.outputs[i - inputs]?.targets.dtype;
      return i >= inputs && i < inputs + targets && target ? target : "float32";
    };
    const refs = this.#columns.map(({ kind, handle }, i) => {
      const row = this.#builder.add("ResourceGather", `${name}/gather`, [handle, positions], {
        dtype: attribute.type(types[kind.dtype]),
        Tindices: attribute.type(DataType.DT_INT32),
        batch_dims: attribute.int(0),
        validate_indices: attribute.bool(true),
      });
      const to = dtypes(i);
      if (kind.dtype === to) return row;
      return this.#builder.add("Cast", `${name}/cast`, [row], {
        SrcT: attribute.type(types[kind.dtype]),
        DstT: attribute.type(types[to]),
        Truncate: attribute.bool(false),
      });
    });
    return {
      inputs: refs.slice(0, inputs),
      targets: refs.slice(inputs, inputs + targets),
      weights: refs.slice(inputs + targets),
    };
  }

  /** How another program loads examples: for column I its numbers, `valuesI`, and how many they are, `lengthI`. */
  signature(): Signature {
    const inputs = this.#columns.flatMap(({ values, length, carrier }, i) => [
      [`values${i}`, { ref: values, dtype: carrier, shape: [null] }],
      [`length${i}`, { ref: length, dtype: DataType.DT_INT32, shape: [1] }],
    ]);
    const loaded = { ref: this.#loaded, dtype: DataType.DT_FLOAT, shape: [] };
    return { inputs: Object.fromEntries(inputs), outputs: { loaded } };
  }

  /** Feeds and fetch that load examples; the tensors are the caller's to dispose. */
  loading(tf: TensorFlow, examples: Examples): { feeds: [Ref, Tensor][]; fetch: Ref } {
    const columns = columnsOf(examples);
    const alike =
      columns.length === this.#columns.length &&
      columns.every(
        ({ dtype, shape }, i) =>
          dtype === this.#columns[i]?.kind.dtype && shape.join() === this.#columns[i]?.kind.shape.join(),
      );
    if (!alike) {
      throw new CongruentError({
        code: "E_EXAMPLES",
        what: `the graph was captured for other ${this.#name} examples: ${describe(this.#columns.map(({ kind }) => kind))}, not ${describe(columns)}`,
        fix: "make a new engine for these examples",
      });
    }
    const feeds = columns.flatMap((column, i): [Ref, Tensor][] => {
      const { values, length } = this.#columns[i] as StoredColumn;
      return [
        [values, flat(tf, column)],
        [length, tf.tensor1d([column.data.length], "int32")],
      ];
    });
    return { feeds, fetch: this.#loaded };
  }
}

function describe(kinds: readonly ColumnKind[]): string {
  return kinds.map(({ dtype, shape }) => `${dtype} [${["n", ...shape].join(", ")}]`).join(", ");
}

function storedColumn(builder: GraphBuilder, name: string, { dtype, shape }: ColumnKind): StoredColumn {
  const type = types[dtype];
  const rows = [null, ...shape];
  const handle = builder.variable(name, type, rows);
  // tfjs cannot feed bytes: four of them are packed into one int32.
  const carrier = dtype === "uint8" ? DataType.DT_INT32 : type;
  const values = builder.placeholder(`${name}/values`, carrier, [null]);
  const length = builder.placeholder(`${name}/length`, DataType.DT_INT32, [1]);
  const numbers = dtype === "uint8" ? unpackedBytes(builder, name, values, length) : values;
  const target = builder.constant(`${name}/shape`, DataType.DT_INT32, [rows.length], [-1, ...shape]);
  const reshaped = builder.add("Reshape", `${name}/rows`, [numbers, target], {
    T: attribute.type(type),
    Tshape: attribute.type(DataType.DT_INT32),
  });
  const assign = builder.add("AssignVariableOp", `${name}/assign`, [handle, reshaped], {
    dtype: attribute.type(type),
    validate_shape: attribute.bool(false),
  });
  return { kind: { dtype, shape: [...shape] }, handle, values, length, carrier, assign };
}

/** int32 [n] as the first `length` of its 4 n bytes. */
function unpackedBytes(builder: GraphBuilder, name: string, packed: Ref, length: Ref): Ref {
  const int = attribute.type(DataType.DT_INT32);
  const byte = attribute.type(DataType.DT_UINT8);
  const quads = builder.add("Bitcast", `${name}/bytes`, [packed], { T: int, type: byte });
  const all = builder.constant(`${name}/flat`, DataType.DT_INT32, [1], [-1]);
  const padded = builder.add("Reshape", `${name}/padded`, [quads, all], { T: byte, Tshape: int });
  const begin = builder.constant(`${name}/begin`, DataType.DT_INT32, [1], [0]);
  return builder.add("Slice", `${name}/unpadded`, [padded, begin, length], { T: byte, Index: int });
}

/** A column's numbers as a vector of a dtype that tfjs can feed. */
function flat(tf: TensorFlow, { dtype, data }: Column): Tensor {
  if (dtype === "float32") return tf.tensor1d(data, "float32");
  if (dtype === "int32") return tf.tensor1d(data, "int32");
  if (data.length % 4 === 0 && data.byteOffset % 4 === 0)
    return tf.tensor1d(new Int32Array(data.buffer, data.byteOffset, data.length / 4), "int32");
  const bytes = new Uint8Array(Math.ceil(data.length / 4) * 4);
  bytes.set(data);
  return tf.tensor1d(new Int32Array(bytes.buffer), "int32");
}
