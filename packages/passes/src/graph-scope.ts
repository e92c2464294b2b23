/** What is known of a graph: of the main one, or of a body in it with what lies around. */
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
  type TensorProto,
  TensorProto_DataLocation,
  type ValueInfoProto,
  ValueInfoProtoSchema,
  valueTypes,
} from "@congruent/onnx";
import { fromProto, type Value } from "@congruent/reference";
import type { ModelFacts, Scope } from "./scope.js";
import { inferShapes } from "./shapes/infer-shapes.js";
import type { Shape } from "./shapes/shape.js";

export class GraphScope implements Scope {
  readonly index: GraphIndex;
  #shapes: ReadonlyMap<string, Shape> | undefined;
  #types: ReturnType<typeof valueTypes> | undefined;
  readonly #outputs: ReadonlySet<string>;

  constructor(
    readonly facts: ModelFacts,
    readonly graph: GraphProto,
    readonly around: Scope | null = null,
  ) {
    this.index = indexGraph(changed(facts.model, { graph }));
    this.#outputs = new Set(graph.output.map(({ name }) => name));
  }

  get opset(): number {
    return versionOf(this.facts.model, "");
  }

  operator(node: NodeProto): string | null {
    const standard = node.domain === "" || node.domain === "ai.onnx";
    const { functions } = this.facts.model;
    const replaced = functions.some(
      ({ domain, name }) => name === node.opType && (domain === "" || domain === "ai.onnx"),
    );
    return standard && !replaced ? node.opType : null;
  }

  factsOf(node: NodeProto): NodeFacts {
    return new NodeFacts(node, this.opset, []);
  }

  isOutput(name: string): boolean {
    return this.#outputs.has(name);
  }

  isCaptured(name: string): boolean {
    return (this.index.consumersOf.get(name) ?? []).some(({ captured }) => captured.includes(name));
  }

  uses(name: string): number {
    const reads = (this.index.consumersOf.get(name) ?? []).reduce(
      (sum, { proto, captured }) =>
        sum + proto.input.filter((each) => each === name).length + (captured.includes(name) ? 1 : 0),
      0,
    );
    return reads + (this.isOutput(name) ? 1 : 0);
  }

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

  constant(name: string): Value | undefined {
    const proto = this.constantProto(name);
    return proto && decoded(proto);
  }

  integers(name: string | undefined): number[] | undefined {
    if (name === undefined || name === "") return undefined;
    const found = this.constant(name);
    if (!found || (found.dtype !== "int64" && found.dtype !== "int32") || found.dims.length > 1)
      return undefined;
    return Array.from(found.data as BigInt64Array | Int32Array, Number);
  }

  shape(name: string): Shape | undefined {
    this.#shapes ??= inferShapes(this);
    return this.#shapes.get(name) ?? (this.isOwn(name) ? undefined : this.around?.shape(name));
  }

  rank(name: string): number | undefined {
    return this.shape(name)?.length;
  }

  elementType(name: string): number | undefined {
    if (!this.isOwn(name)) return this.around?.elementType(name);
    this.#types ??= valueTypes(changed(this.facts.model, { graph: this.#closed() }));
    const type = this.#types.get(name)?.value;
    return type?.case === "tensorType" ? type.value.elemType || undefined : undefined;
  }

  isOwn(name: string): boolean {
    const { index, graph } = this;
    return (
      index.producerOf.has(name) ||
      index.weights.has(name) ||
      index.constants.has(name) ||
      graph.input.some((input) => input.name === name)
    );
  }

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
