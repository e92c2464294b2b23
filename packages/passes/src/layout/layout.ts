/**
 * A graph seen without its Transpose nodes: they are orders in which values are read. Each node that can work on permuted values has a
 * label; what a label costs is the number of Transposes that it takes.
 */
import type { GraphNode } from "@congruent/onnx";
import type { Scope } from "../scope.js";
import type { Movable } from "./mover.js";
import { movers } from "./movers/index.js";
import { identity, inverse, isIdentity, type Permutation, then } from "./permutation.js";

/** A value as another one, its root, in another order of axes. */
export interface View {
  root: string;
  order: Permutation;
}

/** One place at which a root is read. */
export interface Reading {
  root: string;
  /** The order that is read as long as nothing moves. */
  order: Permutation;
  /** Who reads it in the order of its label; null for readers that cannot move. */
  node: number | null;
}

export type Labels = ReadonlyMap<number, Permutation>;

export class Layout {
  /** Transposes' results, by name. */
  readonly views = new Map<string, View>();
  readonly movables = new Map<number, Movable>();
  /** By root, only for values that a Transpose or a movable node makes or reads. */
  readonly readings = new Map<string, Reading[]>();
  /** Nodes that are Transposes, and so are left out. */
  readonly transposes = new Set<number>();

  constructor(readonly scope: Scope) {
    for (const node of scope.index.nodes) this.#see(node);
    for (const { name } of scope.graph.output) this.#read(name, null);
  }

  #see(node: GraphNode): void {
    const { proto, index } = node;
    const operator = this.scope.operator(proto);
    if (operator === "Transpose") {
      const [given = ""] = proto.input;
      const perm = this.scope.factsOf(proto).ints("perm") ?? reversed(this.scope.rank(given));
      if (perm) {
        const { root, order } = this.viewOf(given) ?? { root: given, order: identity(perm.length) };
        this.views.set(proto.output[0] as string, { root, order: then(order, perm) });
        this.transposes.add(index);
        return;
      }
    }
    const movable = operator === null ? null : (movers[operator]?.(proto, this.scope) ?? null);
    if (movable) this.movables.set(index, movable);
    for (const name of new Set(node.reads)) {
      const positions = proto.input.flatMap((each, i) => (each === name ? [i] : []));
      const moves = positions.filter((i) => movable?.inputs.includes(i));
      if (moves.length > 0) this.#read(name, index);
      if (moves.length < positions.length || node.captured.includes(name)) this.#read(name, null);
    }
  }

  viewOf(name: string): View | undefined {
    return this.views.get(name);
  }

  #read(name: string, node: number | null): void {
    const view = this.viewOf(name);
    const rank = node === null ? undefined : this.#rankOfInputs(node);
    const root = view?.root ?? name;
    const order = view?.order ?? (rank === undefined ? null : identity(rank));
    // What no one reads in another order, and no movable node makes, has no rank that must be known.
    const list = this.readings.get(root) ?? [];
    list.push({ root, order: order ?? [], node });
    this.readings.set(root, list);
  }

  #rankOfInputs(node: number): number {
    const movable = this.movables.get(node) as Movable;
    return this.inputOrder(node, identity(movable.rank)).length;
  }

  /** The node that makes a root, where it can move. */
  makerOf(root: string): number | undefined {
    const index = this.scope.index.producerOf.get(root)?.index;
    return index !== undefined && this.movables.has(index) ? index : undefined;
  }

  label(node: number, labels: Labels): Permutation {
    return labels.get(node) ?? identity((this.movables.get(node) as Movable).rank);
  }

  inputOrder(node: number, label: Permutation): Permutation {
    const movable = this.movables.get(node) as Movable;
    return movable.inputOrder?.(label) ?? label;
  }

  outputOrder(node: number, label: Permutation): Permutation {
    const movable = this.movables.get(node) as Movable;
    return movable.outputOrder?.(label) ?? label;
  }

  /** The order in which a root is there; null where nothing can move it. */
  made(root: string, labels: Labels): Permutation | null {
    const maker = this.makerOf(root);
    return maker === undefined ? null : this.outputOrder(maker, this.label(maker, labels));
  }

  /** The order that a reading asks for as long as nothing moves; a reader that knows no ranks reads what is there. */
  orderOf({ root, order }: Pick<Reading, "root" | "order">, labels: Labels): Permutation {
    const made = order.length === 0 ? this.made(root, labels) : null;
    return made ? identity(made.length) : order;
  }

  /** The Transpose between a root as it is there and a reader: the identity where there need be none. */
  between(reading: Reading, labels: Labels): Permutation {
    const { root, node } = reading;
    const made = this.made(root, labels);
    const own = this.orderOf(reading, labels);
    const wanted = node === null ? own : then(own, this.inputOrder(node, this.label(node, labels)));
    return made === null ? wanted : then(inverse(made), wanted);
  }

  /** How many Transposes of a root it takes. */
  cost(root: string, labels: Labels): number {
    const orders = new Set<string>();
    for (const reading of this.readings.get(root) ?? []) {
      const order = this.between(reading, labels);
      if (!isIdentity(order)) orders.add(order.join());
    }
    return orders.size;
  }

  /** The roots whose costs a node's label changes. */
  rootsAt(node: number): string[] {
    const { proto } = this.scope.index.nodes[node] as GraphNode;
    const movable = this.movables.get(node) as Movable;
    const read = movable.inputs
      .map((i) => proto.input[i] as string)
      .map((name) => this.viewOf(name)?.root ?? name);
    return [...new Set([...read, ...proto.output.filter((name) => name !== "")])];
  }
}

function reversed(rank: number | undefined): number[] | undefined {
  return rank === undefined ? undefined : [...identity(rank)].reverse();
}
