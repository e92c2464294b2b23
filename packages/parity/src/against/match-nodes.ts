/** Which node of one model file is which node of another: by its name, then by its position in the graph. */
import { createHash } from "node:crypto";
import type { GraphIndex, GraphNode, TensorProto } from "@congruent/onnx";
import { attributeKey, freeValues } from "./body-key.js";
import { pairInputs } from "./pair-inputs.js";
import { tensorKey } from "./tensor-key.js";

export interface Match {
  /** From the first file's nodes to the second's. */
  pairs: ReadonlyMap<GraphNode, GraphNode>;
  byName: number;
  byStructure: number;
  /** From the second file's inputs to the first's. */
  inputs: ReadonlyMap<string, string>;
  /** Nodes of the first file that the second lacks, and the other way round. */
  removed: readonly GraphNode[];
  added: readonly GraphNode[];
}

/** A value as seen from a node that reads it: what it is, apart from its name. */
type Source = { node: GraphNode; position: number } | { weight: TensorProto } | { input: string } | null;

/**
 * Nodes of equal name belong together if the name is the file's own and occurs once. The rest is paired by what it computes: first nodes
 * whose whole history is the same, then, from these outwards, nodes that read from or are read by paired ones, similar ones first.
 */
export function matchNodes(first: GraphIndex, second: GraphIndex): Match {
  const matching = new Matching(first, second);
  matching.byName();
  const byName = matching.pairs.size;
  matching.byHistory();
  // Strictest first: each step may make the stricter ones before it possible.
  const steps = [
    () => matching.bySources((a, b) => matching.sameSelf(a, b)),
    () => matching.bySources((a, b) => a.proto.opType === b.proto.opType),
    () => matching.byConsumers((a, b) => a.proto.opType === b.proto.opType),
    () => matching.bySources(() => true),
    () => matching.byConsumers(() => true),
  ];
  while (steps.some((step) => step()));
  const { pairs, taken, inputs } = matching;
  return {
    pairs,
    inputs,
    byName,
    byStructure: pairs.size - byName,
    removed: first.nodes.filter((node) => !pairs.has(node)),
    added: second.nodes.filter((node) => !taken.has(node)),
  };
}

class Matching {
  readonly pairs = new Map<GraphNode, GraphNode>();
  readonly taken = new Set<GraphNode>();
  readonly inputs: ReadonlyMap<string, string>;
  readonly #first: GraphIndex;
  readonly #second: GraphIndex;
  readonly #own = new Map<GraphNode, string>();

  constructor(first: GraphIndex, second: GraphIndex) {
    this.#first = first;
    this.#second = second;
    this.inputs = pairInputs([...first.inputs], [...second.inputs]);
  }

  byName(): void {
    const others = uniquelyNamed(this.#second);
    for (const [name, node] of uniquelyNamed(this.#first)) {
      const other = others.get(name);
      if (other) this.#pair(node, other);
    }
  }

  byHistory(): void {
    const others = new Map<string, GraphNode[]>();
    const theirs = histories(this.#second, (name) => this.inputs.get(name) ?? `${name} of the second file`);
    for (const node of this.#second.nodes) {
      if (this.taken.has(node)) continue;
      const key = theirs.get(node) as string;
      others.set(key, [...(others.get(key) ?? []), node]);
    }
    const ours = histories(this.#first, (name) => name);
    for (const node of this.#first.nodes) {
      const other = this.pairs.has(node) ? undefined : others.get(ours.get(node) as string)?.shift();
      if (other) this.#pair(node, other);
    }
  }

  /** Pairs nodes that read the same things; whether any was found. */
  bySources(alike: (a: GraphNode, b: GraphNode) => boolean): boolean {
    return this.#pairWhere((a, b) => alike(a, b) && this.#sameSources(a, b));
  }

  /** Pairs nodes whose values are read by paired nodes at the same places; whether any was found. */
  byConsumers(alike: (a: GraphNode, b: GraphNode) => boolean): boolean {
    return this.#pairWhere((a, b) => alike(a, b) && this.#sameConsumers(a, b));
  }

  /** Operator, attributes and weights alike. */
  sameSelf(a: GraphNode, b: GraphNode): boolean {
    return this.#ownKey(a, this.#first) === this.#ownKey(b, this.#second);
  }

  #pair(a: GraphNode, b: GraphNode): void {
    this.pairs.set(a, b);
    this.taken.add(b);
  }

  #pairWhere(fits: (a: GraphNode, b: GraphNode) => boolean): boolean {
    let found = false;
    for (const a of this.#first.nodes) {
      if (this.pairs.has(a)) continue;
      const b = this.#second.nodes.find((other) => !this.taken.has(other) && fits(a, other));
      if (!b) continue;
      this.#pair(a, b);
      found = true;
    }
    return found;
  }

  #sameSources(a: GraphNode, b: GraphNode): boolean {
    const [ours, theirs] = [valuesRead(a), valuesRead(b)];
    return (
      ours.length === theirs.length &&
      ours.every((name, position) =>
        sameSource(sourceOf(name, this.#first), sourceOf(theirs[position] ?? "", this.#second), this),
      )
    );
  }

  #sameConsumers(a: GraphNode, b: GraphNode): boolean {
    const readers = a.writes.flatMap((name) => this.#first.consumersOf.get(name) ?? []);
    return readers.some((reader) => {
      const other = this.pairs.get(reader);
      return reader.proto.input.some(
        (name, position) =>
          this.#first.producerOf.get(name) === a &&
          other !== undefined &&
          this.#second.producerOf.get(other.proto.input[position] ?? "") === b,
      );
    });
  }

  #ownKey(node: GraphNode, index: GraphIndex): string {
    const known = this.#own.get(node);
    if (known !== undefined) return known;
    const inputs = node.proto.input.map((name) => {
      const weight = index.weights.get(name);
      return weight ? tensorKey(weight) : "value";
    });
    const key = digest([selfKey(node), ...inputs]);
    this.#own.set(node, key);
    return key;
  }
}

/** Nodes whose name is in the file, and there once. */
function uniquelyNamed({ nodes }: GraphIndex): Map<string, GraphNode> {
  const count = new Map<string, number>();
  for (const { proto } of nodes) count.set(proto.name, (count.get(proto.name) ?? 0) + 1);
  return new Map(
    nodes.flatMap((node) => {
      const { name } = node.proto;
      return name !== "" && count.get(name) === 1 ? [[name, node] as const] : [];
    }),
  );
}

/** By position: a node's inputs, then what its bodies read from outside. */
export function valuesRead({ proto }: GraphNode): string[] {
  return [...proto.input, ...freeValues(proto)];
}

/** Where a value comes from; null for one that was left out. */
export function sourceOf(name: string, index: GraphIndex): Source {
  if (name === "") return null;
  const node = index.producerOf.get(name);
  if (node) return { node, position: node.proto.output.indexOf(name) };
  const weight = index.weights.get(name);
  return weight ? { weight } : { input: name };
}

/** Weights count as the same here whatever they hold: a changed weight is a change of its node, not another node. */
export function sameSource(
  a: Source,
  b: Source,
  { pairs, inputs }: Pick<Match, "pairs" | "inputs">,
): boolean {
  if (a === null || b === null) return a === b;
  if ("node" in a) return "node" in b && pairs.get(a.node) === b.node && a.position === b.position;
  if ("weight" in a) return "weight" in b;
  return "input" in b && a.input === inputs.get(b.input);
}

/** What each node computes from the graph's inputs on, as a key. */
function histories(index: GraphIndex, inputName: (name: string) => string): Map<GraphNode, string> {
  const keys = new Map<GraphNode, string>();
  for (const node of index.nodes) {
    const inputs = valuesRead(node).map((name) => {
      const source = sourceOf(name, index);
      if (source === null) return "none";
      if ("node" in source) return `${keys.get(source.node) ?? "later"} ${source.position}`;
      return "weight" in source ? tensorKey(source.weight) : `input ${inputName(source.input)}`;
    });
    keys.set(node, digest([selfKey(node), ...inputs]));
  }
  return keys;
}

/** Operator and attributes. */
function selfKey({ proto }: GraphNode): string {
  const free: string[] = [];
  const attributes = proto.attribute
    .toSorted((a, b) => a.name.localeCompare(b.name))
    .map((attribute) => attributeKey(attribute, free));
  return [proto.domain, proto.opType, ...attributes].join(" ");
}

function digest(parts: readonly string[]): string {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part).update("\0");
  return hash.digest("base64");
}
