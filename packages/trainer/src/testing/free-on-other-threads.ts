/**
 * `node free-on-other-threads.js ROUNDS`: makes TensorFlow's own threads, several at once, drop the last reference to
 * typed arrays that JavaScript handed over: variables share the memory of the array they are initialized from until
 * their first update. Ends with exit code 0, unless the addon calls into JavaScript's heap from those threads.
 */
import { loadTensorFlow } from "@congruent/toolchain";
import { DataType } from "../generated/tensorflow/core/framework/types_pb.js";
import { attribute, GraphBuilder, type Ref } from "../graph/graph-builder.js";
import { GraphSession } from "../graph/saved-model.js";

const VARIABLES = 256;
const SIZE = 64;
/** TensorFlow gives each matrix product to a thread of its pool, which then runs the cheap updates that waited for it. */
const PRODUCTS = 8;
const FLOAT = { dtype: attribute.type(DataType.DT_FLOAT) };
const TYPE = { T: FLOAT.dtype };

const builder = new GraphBuilder();
const initial: Ref[] = [];
const assigned: Ref[] = [];
const updated: Ref[] = [];
const amount = builder.constant("amount", DataType.DT_FLOAT, [SIZE], new Float32Array(SIZE).fill(1));
const squares = Array.from({ length: PRODUCTS }, (_, i) =>
  builder.placeholder(`square${i}`, DataType.DT_FLOAT, [SIZE, SIZE]),
);
const products = squares.map((square, i) => builder.add("MatMul", `product${i}`, [square, square], TYPE));
for (let i = 0; i < VARIABLES; i++) {
  const name = `variable${i}`;
  const handle = builder.variable(name, DataType.DT_FLOAT, [SIZE]);
  const value = builder.placeholder(`${name}/initial`, DataType.DT_FLOAT, [SIZE]);
  initial.push(value);
  assigned.push(builder.add("AssignVariableOp", `${name}/assign`, [handle, value], FLOAT));
  updated.push(
    builder.add("AssignAddVariableOp", `${name}/update`, [handle, amount], FLOAT, [
      products[i % PRODUCTS] as Ref,
    ]),
  );
}
const assignedAll = builder.add("Identity", "assigned", [amount], TYPE, assigned);
const updatedAll = builder.add("Identity", "updated", [amount], TYPE, updated);

const tf = await loadTensorFlow({ device: "cpu" });
const session = await GraphSession.open(tf, builder.build());
const factors = squares.map((ref) => [ref, tf.ones([SIZE, SIZE])] as const);
for (let round = 0; round < Number(process.argv[2]); round++) {
  const feeds = initial.map((ref) => [ref, tf.tensor1d(new Float32Array(SIZE).fill(round))] as const);
  for (const tensor of session.run(feeds, [assignedAll])) tensor.dispose();
  for (const [, tensor] of feeds) tensor.dispose();
  for (const tensor of session.run(factors, [updatedAll])) tensor.dispose();
}
session.close();
