/** Operators written with others: a small graph in which kernels and error bounds come from the operators that it is made of. */
import { CongruentError } from "@congruent/core";
import {
  type AttributeValue,
  type GraphProto,
  makeGraph,
  makeNode,
  type NodeProto,
  type ValueInfoProto,
} from "@congruent/onnx";
import type { Call, Kernel } from "../call.js";
import { isFloat, type Value, type ValueDType, value } from "../value.js";

/** The operator sets in which compositions are written. */
export const COMPOSED_OPSETS: ReadonlyMap<string, number> = new Map([
  ["", 25],
  ["congruent", 1],
]);

/** Names of the outputs, in order; "" for one that is not computed here. */
export type Composition = (composer: Composer) => readonly string[];

export interface Composed {
  graph: GraphProto;
  /** What the graph is fed with: operands, then constants. */
  given: readonly Value[];
  /** For each of `given` the operand's position; null for a constant. */
  from: readonly (number | null)[];
  /** Names of the outputs by position, "" where one is not computed. */
  outputs: readonly string[];
}

export class Composer {
  readonly #nodes: NodeProto[] = [];
  readonly #given = new Map<string, { value: Value; from: number | null }>();
  #count = 0;

  constructor(readonly call: Call) {}

  /** An operand's name in the graph. Whoever reads its value by `call` instead says so by not asking for it here. */
  input(index: number): string {
    const name = `input_${index}`;
    this.#given.set(name, { value: this.call.input(index), from: index });
    return name;
  }

  /** The same, "" where it is left out. */
  optional(index: number): string {
    return this.call.optional(index) ? this.input(index) : "";
  }

  dims(index: number): readonly number[] {
    return this.call.input(index).dims;
  }

  constant(given: Value): string {
    const name = `constant_${this.#count++}`;
    this.#given.set(name, { value: given, from: null });
    return name;
  }

  ints(list: readonly number[]): string {
    return this.constant(value("int64", BigInt64Array.from(list, BigInt), [list.length]));
  }

  /** A number in the type of an operand: exactly, not rounded to it. */
  number(x: number, dtype: ValueDType): string {
    if (isFloat(dtype)) return this.constant({ dtype, dims: [], data: Float64Array.of(x) });
    const data = { int8: Int8Array, uint8: Uint8Array, int32: Int32Array }[dtype as "int8"];
    return this.constant({ dtype, dims: [], data: data.of(x) });
  }

  /** A node; its first output. */
  op(opType: string, inputs: readonly string[], attributes: Record<string, AttributeValue> = {}): string {
    return this.ops(opType, inputs, 1, attributes)[0] as string;
  }

  ops(
    opType: string,
    inputs: readonly string[],
    count: number,
    attributes: Record<string, AttributeValue> = {},
    domain = "",
  ): string[] {
    const outputs = Array.from({ length: count }, () => `value_${this.#count++}`);
    this.#nodes.push(makeNode(opType, [...inputs], outputs, { attributes, domain }));
    return outputs;
  }

  /** A node with some of the call's own attributes. */
  withAttributes(opType: string, inputs: readonly string[], names: readonly string[]): string {
    const made = this.op(opType, inputs);
    const node = this.#nodes.at(-1) as NodeProto;
    node.attribute = names.flatMap((name) => this.call.attributes.get(name) ?? []);
    return made;
  }

  /** The same value, which a runtime may have made with further errors: absolute ones, one for each element. */
  uncertain(name: string, errors: Float64Array | null, dims: readonly number[]): string {
    if (errors === null) return name;
    const made = this.constant({ dtype: "float64", dims, data: errors });
    return this.ops("Uncertain", [name, made], 1, {}, "congruent")[0] as string;
  }

  reshape(name: string, dims: readonly number[]): string {
    return this.op("Reshape", [name, this.ints(dims)], { allowzero: 1n });
  }

  transpose(name: string, perm: readonly number[]): string {
    return this.op("Transpose", [name], { perm: perm.map(BigInt) });
  }

  /** Elements `from` to `to` of an axis. */
  slice(name: string, axis: number, from: number, to: number, step = 1): string {
    return this.op("Slice", [name, this.ints([from]), this.ints([to]), this.ints([axis]), this.ints([step])]);
  }

  concat(names: readonly string[], axis: number): string {
    return names.length === 1 ? (names[0] as string) : this.op("Concat", names, { axis: BigInt(axis) });
  }

  sum(...names: readonly string[]): string {
    const there = names.filter((name) => name !== "");
    return there.reduce((a, b) => this.op("Add", [a, b]));
  }

  finish(outputs: readonly string[]): Composed {
    const named = (name: string): ValueInfoProto =>
      ({ $typeName: "onnx.ValueInfoProto", name }) as ValueInfoProto;
    const given = [...this.#given];
    const graph = makeGraph(
      this.#nodes,
      this.call.node.opType,
      given.map(([name]) => named(name)),
      outputs.filter((name) => name !== "").map(named),
    );
    return {
      graph,
      given: given.map(([, each]) => each.value),
      from: given.map(([, each]) => each.from),
      outputs,
    };
  }
}

export function compose(composition: Composition, call: Call): Composed {
  const composer = new Composer(call);
  return composer.finish(composition(composer));
}

/** What a graph gives, at the places of the operator's outputs. */
function atPlaces<T>(outputs: readonly string[], computed: readonly T[]): T[] {
  const rest = computed.values();
  return outputs.map((name) => (name === "" ? undefined : rest.next().value) as T);
}

export function composedKernel(composition: Composition): Kernel {
  return (call) => {
    const { graph, given, outputs } = compose(composition, call);
    try {
      return atPlaces(outputs, call.runGraph(graph, given, COMPOSED_OPSETS));
    } catch (error) {
      // The nodes inside are no nodes of the file.
      if (error instanceof CongruentError) return call.refuse(error.what, error.code);
      throw error;
    }
  };
}
