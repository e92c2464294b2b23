/** What a pass may ask about the graph that it works on: the main graph, or a body in it with what lies around. */
import { create } from "@bufbuild/protobuf";
import { CongruentError } from "@congruent/core";
import {
  changed,
  type GraphIndex,
  type GraphProto,
  indexGraph,
  type ModelProto,
  NodeFacts,
  type NodeProto,
  operatorSince,
  type TensorProto,
  TensorProto_DataLocation,
  type ValueInfoProto,
  ValueInfoProtoSchema,
  valueTypes,
} from "@congruent/onnx";
import { fromProto, type Value } from "@congruent/reference";
import { inferShapes } from "./shapes/infer-shapes.js";
import type { Shape } from "./shapes/shape.js";

/** What all graphs of a model share. */
export interface ModelFacts {
  model: ModelProto;
  /** A name that nothing in the model has: the wish, or one like it. */
  fresh(wish: string): string;
}

export class Scope {
  readonly index: GraphIndex;
  #shapes: ReadonlyMap<string, Shape> | undefined;
  #types: ReturnType<typeof valueTypes> | undefined;
  readonly #outputs: ReadonlySet<string>;

  constructor(
    readonly facts: ModelFacts,
    readonly graph: GraphProto,
    /** The graph around this one; null for the main graph. */
    readonly around: Scope | null = null,
  ) {
    this.index = indexGraph(changed(facts.model, { graph }));
    this.#outputs = new Set(graph.output.map(({ name }) => name));
  }

  /** The version of the standard operator set. */
  get opset(): number {
    return versionOf(this.facts.model, "");
  }

  /** The operator's name where the node is one of the standard set, and not of a function of the model's own that takes its place. */
  operator(node: NodeProto): string | null {
    const standard = node.domain === "" || node.domain === "ai.onnx";
    const { functions } = this.facts.model;
    const replaced = functions.some(
      ({ domain, name }) => name === node.opType && (domain === "" || domain === "ai.onnx"),
    );
    return standard && !replaced ? node.opType : null;
  }

  /** The version of the operator set since which the node's operator has the form that it has here. */
  since(node: NodeProto): number {
    return operatorSince("", node.opType, this.opset) ?? this.opset;
  }

  factsOf(node: NodeProto): NodeFacts {
    return new NodeFacts(node, this.opset, []);
  }

  isOutput(name: string): boolean {
    return this.#outputs.has(name);
  }

  /** Whether a body reads the value, so that its name must stay. */
  isCaptured(name: string): boolean {
    return (this.index.consumersOf.get(name) ?? []).some(({ proto }) => !proto.input.includes(name));
  }

  /** How often nodes, bodies and the graph's outputs read a value. */
  uses(name: string): number {
    const reads = (this.index.consumersOf.get(name) ?? []).reduce(
      (sum, { proto }) => sum + Math.max(1, proto.input.filter((each) => each === name).length),
      0,
    );
    return reads + (this.isOutput(name) ? 1 : 0);
  }

  /** The tensor that a value always is: a weight that no caller may replace, or what a Constant node holds. */
  constantProto(name: string): TensorProto | undefined {
    const { index } = this;
    const weight = index.weights.get(name);
    if (weight) return this.isFed(name) || isElsewhere(weight) ? undefined : weight;
    const node = index.producerOf.get(name)?.proto;
    if (node) {
      if (this.operator(node) !== "Constant") return undefined;
      const held = node.attribute.find((each) => each.name === "value")?.t;
      return held && !isElsewhere(held) ? held : undefined;
    }
    const own = index.inputs.has(name) || this.graph.input.some((input) => input.name === name);
    return own ? undefined : this.around?.constantProto(name);
  }

  /** A constant's elements, decoded; undefined for types that are not computed with. */
  constant(name: string): Value | undefined {
    const proto = this.constantProto(name);
    return proto && decoded(proto);
  }

  /** The elements of a constant list of whole numbers, such as axes or pads. */
  integers(name: string | undefined): number[] | undefined {
    if (name === undefined || name === "") return undefined;
    const found = this.constant(name);
    if (!found || (found.dtype !== "int64" && found.dtype !== "int32") || found.dims.length > 1)
      return undefined;
    return Array.from(found.data as BigInt64Array | Int32Array, Number);
  }

  /** What is known of a value's shape; undefined where not even its rank is. */
  shape(name: string): Shape | undefined {
    this.#shapes ??= inferShapes(this);
    return this.#shapes.get(name) ?? (this.isOwn(name) ? undefined : this.around?.shape(name));
  }

  rank(name: string): number | undefined {
    return this.shape(name)?.length;
  }

  /** ONNX's number of a value's element type, where it can be told. */
  elementType(name: string): number | undefined {
    if (!this.isOwn(name)) return this.around?.elementType(name);
    this.#types ??= valueTypes(changed(this.facts.model, { graph: this.#closed() }));
    const type = this.#types.get(name)?.value;
    return type?.case === "tensorType" ? type.value.elemType || undefined : undefined;
  }

  /** Whether the value belongs to this graph, not to one around it. */
  isOwn(name: string): boolean {
    const { index, graph } = this;
    return (
      index.producerOf.has(name) ||
      index.weights.has(name) ||
      index.constants.has(name) ||
      graph.input.some((input) => input.name === name)
    );
  }

  /** Whether a caller may feed something else in the place of a weight, as files from IR version 4 on allow. */
  isFed(name: string): boolean {
    return this.facts.model.irVersion >= 4n && this.graph.input.some((input) => input.name === name);
  }

  /** The graph with what it takes from around it as inputs, so that types can be told in it. */
  #closed(): GraphProto {
    const { graph, index } = this;
    if (!this.around) return graph;
    const taken = [...index.consumersOf.keys(), ...this.#outputs].filter((name) => !this.isOwn(name));
    const inputs = [...new Set(taken)].map((name) => valueInfo(name, this.elementType(name)));
    return changed(graph, { input: [...graph.input, ...inputs] });
  }
}

/** The version of an operator set that a model imports; 1 where it imports none. */
function versionOf(model: ModelProto, wanted: string): number {
  const found = model.opsetImport.find(({ domain }) => (domain === "ai.onnx" ? "" : domain) === wanted);
  return Number(found?.version ?? 1n);
}

function valueInfo(name: string, elemType: number | undefined): ValueInfoProto {
  if (elemType === undefined) return create(ValueInfoProtoSchema, { name });
  return create(ValueInfoProtoSchema, { name, type: { value: { case: "tensorType", value: { elemType } } } });
}

function isElsewhere({ dataLocation }: TensorProto): boolean {
  return dataLocation === TensorProto_DataLocation.EXTERNAL;
}

/** A weight is asked for many times, and stays as it is. */
const values = new WeakMap<TensorProto, Value | null>();

function decoded(proto: TensorProto): Value | undefined {
  let found = values.get(proto);
  if (found === undefined) {
    try {
      found = fromProto(proto);
    } catch (error) {
      // A type that is not computed with is no constant that a pass can use.
      if (!(error instanceof CongruentError)) throw error;
      found = null;
    }
    values.set(proto, found);
  }
  return found ?? undefined;
}
