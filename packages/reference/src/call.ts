import { CongruentError } from "@congruent/core";
import {
  AttributeProto_AttributeType as A,
  type AttributeProto,
  type GraphProto,
  type NodeProto,
} from "@congruent/onnx";
import { fromProto } from "./from-proto.js";
import { type FloatValue, isBig, isFloat, type NumberArray, type Value } from "./value.js";

const utf8 = new TextDecoder();

/** Runs a graph that a node carries: its inputs in order, its outputs in order. Names from around it are known inside. */
export type RunGraph = (
  graph: GraphProto,
  inputs: readonly Value[],
  /** Of a graph that is built again for each run. Default: those of the model. */
  opsets?: ReadonlyMap<string, number>,
) => Value[];

const refuseGraph: RunGraph = () => {
  throw new CongruentError({ code: "E_NODE", what: "inner graphs are run by the interpreter alone" });
};

/** One execution of a node, as its operator sees it. Every complaint names the node. */
export class Call {
  constructor(
    readonly node: NodeProto,
    readonly attributes: ReadonlyMap<string, AttributeProto>,
    /** Version of the node's operator set. */
    readonly opset: number,
    /** By position; undefined where an optional one is left out. */
    readonly inputs: readonly (Value | undefined)[],
    readonly runGraph: RunGraph = refuseGraph,
  ) {}

  /** How many outputs the node lists; those without a name count, as they hold a place. */
  get outputs(): number {
    return this.node.output.length;
  }

  /** @throws CongruentError `E_NODE_INPUT` when it is left out */
  input(index: number): Value {
    return this.inputs[index] ?? this.refuse(`its input ${index} is missing`, "E_NODE_INPUT");
  }

  optional(index: number): Value | undefined {
    return this.inputs[index];
  }

  /** Every input, for operators that take any number. */
  all(): Value[] {
    return this.inputs.map((_, index) => this.input(index));
  }

  /** The float input at `index`, as doubles. */
  floats(index: number): FloatValue {
    const given = this.input(index);
    if (isFloat(given.dtype)) return given as FloatValue;
    return this.refuse(`its input ${index} is ${given.dtype}, not a float`, "E_NODE_DTYPE");
  }

  /** A numeric input's elements as JavaScript numbers, such as axes or a shape. */
  numbers(index: number): number[] {
    return this.maybeNumbers(index) ?? this.refuse(`its input ${index} is missing`, "E_NODE_INPUT");
  }

  maybeNumbers(index: number): number[] | undefined {
    const given = this.inputs[index];
    if (!given) return undefined;
    if (given.dtype === "string") return this.refuse(`its input ${index} is string`, "E_NODE_DTYPE");
    return isBig(given.dtype)
      ? Array.from(given.data as BigInt64Array, Number)
      : Array.from(given.data as NumberArray);
  }

  has(name: string): boolean {
    return this.attributes.has(name);
  }

  int(name: string, fallback: number): number {
    const found = this.#attribute(name, A.INT);
    return found ? Number(found.i) : fallback;
  }

  /** Attributes are float32 in the file; a default is one too, as in every runtime. */
  float(name: string, fallback: number): number {
    return this.#attribute(name, A.FLOAT)?.f ?? Math.fround(fallback);
  }

  string(name: string, fallback: string): string {
    const found = this.#attribute(name, A.STRING);
    return found ? utf8.decode(found.s) : fallback;
  }

  ints(name: string): number[] | undefined {
    return this.#attribute(name, A.INTS)?.ints.map(Number);
  }

  bigInts(name: string): bigint[] | undefined {
    return this.#attribute(name, A.INTS)?.ints;
  }

  floatList(name: string): number[] | undefined {
    return this.#attribute(name, A.FLOATS)?.floats;
  }

  strings(name: string): string[] | undefined {
    return this.#attribute(name, A.STRINGS)?.strings.map((bytes) => utf8.decode(bytes));
  }

  tensor(name: string): Value | undefined {
    const found = this.#attribute(name, A.TENSOR)?.t;
    return found && fromProto(found);
  }

  /** An inner graph, ready to be run on inputs in order. */
  graph(name: string): (inputs: readonly Value[]) => Value[] {
    const graph =
      this.#attribute(name, A.GRAPH)?.g ?? this.refuse(`its graph ${name} is missing`, "E_NODE_ATTRIBUTE");
    return (inputs) => this.runGraph(graph, inputs);
  }

  #attribute(name: string, type: A): AttributeProto | undefined {
    const found = this.attributes.get(name);
    // Files of the first IR versions leave the type out.
    if (!found || found.type === type || found.type === A.UNDEFINED) return found;
    return this.refuse(`its attribute ${name} is ${A[found.type]}, not ${A[type]}`, "E_NODE_ATTRIBUTE");
  }

  /** An axis counted from either end, as 0 … rank − 1. */
  axis(axis: number, rank: number): number {
    if (axis >= -rank && axis < rank) return axis < 0 ? axis + rank : axis;
    return this.refuse(`its axis ${axis} is outside a shape of rank ${rank}`, "E_NODE_ATTRIBUTE");
  }

  /** @throws CongruentError always: what is wrong with this node or what it was given */
  refuse(what: string, code = "E_NODE"): never {
    throw new CongruentError({ code, what: `${describeNode(this.node)}: ${what}` });
  }
}

/**
 * A node as errors name it.
 *
 * @example
 * ```ts
 * describeNode(makeNode("Relu", ["x"], ["y"], { name: "act" })); // => 'Relu "act"'
 * ```
 */
export function describeNode({ domain, opType, name, output }: NodeProto): string {
  const operator = domain === "" || domain === "ai.onnx" ? opType : `${domain}.${opType}`;
  return `${operator} "${name || output.find((each) => each !== "") || "without a name"}"`;
}

/** What an operator does: inputs to outputs, in the order of the node's lists. */
export type Kernel = (call: Call) => Value[];

/**
 * An operator's forms by the version of the operator set since which each holds; null where the operator was withdrawn. Versions
 * that only admit further types share a form.
 */
export type Forms = Readonly<Record<number, Kernel | null>>;

/** Operators by ONNX's name. */
export type Operators = Readonly<Record<string, Forms>>;
