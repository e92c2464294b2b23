/** Writes a graph's nodes again, by the labels that were found for them. */
import { changed, type GraphNode, type GraphProto, makeNode, type NodeProto } from "@congruent/onnx";
import { withAttributes } from "../attributes.js";
import { cameFrom } from "../provenance.js";
import { NewWeights } from "../weights.js";
import type { Labels, Layout } from "./layout.js";
import type { Movable } from "./mover.js";
import { equal, identity, inverse, isIdentity, type Permutation, then } from "./permutation.js";

export function rebuild(layout: Layout, labels: Labels): GraphProto {
  const { scope } = layout;
  const { graph, index, facts } = scope;
  const weights = new NewWeights(scope);
  const nodes: NodeProto[] = [];
  /** Nodes that another one's move changes. */
  const replaced = new Map<number, NodeProto>();
  /** What a root is called now, and how its axes lie. */
  const now = new Map<string, string>();
  const there = new Set<string>();
  /** Transposes that were made, by root and order. */
  const madeBefore = new Map<string, string>();
  const pinned = (name: string) => scope.isOutput(name) || scope.isCaptured(name);
  const viewsOf = new Map<string, string[]>();
  for (const [name, { root }] of layout.views) viewsOf.set(root, [...(viewsOf.get(root) ?? []), name]);

  for (const node of index.nodes) {
    if (layout.transposes.has(node.index)) continue;
    const movable = layout.movables.get(node.index);
    // A body reads by name what it takes.
    for (const name of node.captured) keep(name);
    nodes.push(movable ? moved(node, movable) : stayed(node));
  }
  for (const { name } of graph.output) keep(name);
  return weights.addedTo(changed(graph, { node: nodes }));

  function moved(node: GraphNode, movable: Movable): NodeProto {
    const label = layout.label(node.index, labels);
    const order = layout.inputOrder(node.index, label);
    const still = isIdentity(label);
    const input = node.proto.input.map((name, position) =>
      movable.inputs.includes(position) ? read(name, order, node) : read(name, null, node),
    );
    const same = still || (isIdentity(layout.outputOrder(node.index, label)) && !movable.others);
    const output = node.proto.output.map((name) => (same || name === "" ? name : renamed(name, movable)));
    if (still) return withInputs(node.proto, input);
    const other = movable.rewrite?.(label, weights) ?? node.proto;
    const added = other.input.map((name, position) =>
      name === node.proto.input[position] ? (input[position] as string) : name,
    );
    if (movable.others) {
      for (const [at, proto] of movable.others(label, weights, output[0] as string)) replaced.set(at, proto);
    }
    return changed(other, { input: added, output });
  }

  /** The name of what a moved node makes: that of the first view that must keep its name and that it is now itself. */
  function renamed(root: string, movable: Movable): string {
    const same = (viewsOf.get(root) ?? []).filter((name) => isIdentity(betweenView(name)));
    const name =
      same.find(pinned) ?? same[0] ?? facts.fresh(`${root}/${movable.others ? "reordered" : "permuted"}`);
    now.set(root, name);
    there.add(name);
    return name;
  }

  /** A body goes on to read what it takes by its old name. */
  function stayed(node: GraphNode): NodeProto {
    const own = replaced.get(node.index) ?? node.proto;
    return withInputs(
      own,
      own.input.map((name) => read(name, null, node)),
    );
  }

  function withInputs(proto: NodeProto, input: string[]): NodeProto {
    return input.every((name, i) => name === proto.input[i]) ? proto : changed(proto, { input });
  }

  /** The Transpose that makes a view of what is there. */
  function betweenView(name: string): Permutation {
    const view = layout.viewOf(name);
    return layout.between({ root: view?.root ?? name, order: view?.order ?? [], node: null }, labels);
  }

  /** The name under which a reader finds a value, in the order of its label or as it was. */
  function read(name: string, order: Permutation | null, reader: GraphNode): string {
    if (name === "") return name;
    const view = layout.viewOf(name);
    const root = view?.root ?? name;
    const own = view?.order ?? [];
    const label = order && !isIdentity(order) ? order : null;
    const made = layout.made(root, labels);
    if (!view && !label && (made === null || isIdentity(made))) return name;
    const base = own.length > 0 ? own : identity((label ?? made ?? []).length);
    const wanted = label ? then(base, label) : base;
    const between = made === null ? wanted : then(inverse(made), wanted);
    return provide(root, between, reader);
  }

  /** A value that must be there under its own name. */
  function keep(name: string): void {
    const view = layout.viewOf(name);
    const made = layout.made(view?.root ?? name, labels);
    if (!view && (made === null || isIdentity(made))) return;
    const base = now.get(view?.root ?? name) ?? view?.root ?? name;
    if (there.has(name) || base === name) return;
    const between = betweenView(name);
    const from = provide(view?.root ?? name, between, null);
    if (from === name || there.has(name)) return;
    there.add(name);
    nodes.push(copy(from, name));
  }

  /** The root in another order: itself, one that was made before, or a new Transpose. */
  function provide(root: string, between: Permutation, reader: GraphNode | null): string {
    const base = now.get(root) ?? root;
    if (isIdentity(between)) return base;
    const all = [root, ...(viewsOf.get(root) ?? [])];
    const fitting = all.filter((name) => name !== base && equal(betweenView(name), between));
    const known = fitting.find((name) => there.has(name));
    if (known !== undefined) return known;
    const key = `${root} ${between}`;
    const before = madeBefore.get(key);
    if (before !== undefined) return before;
    const name = fitting.find(pinned) ?? fitting[0] ?? facts.fresh(`${base}/${between.join("")}`);
    madeBefore.set(key, name);
    there.add(name);
    nodes.push(transpose(base, name, between, reader));
    return name;
  }

  function transpose(from: string, to: string, between: Permutation, reader: GraphNode | null): NodeProto {
    const perm = between.map(BigInt);
    const old = index.producerOf.get(to);
    if (old && layout.transposes.has(old.index)) {
      return withAttributes(changed(old.proto, { input: [from] }), { perm });
    }
    const name = facts.fresh(`${to}/Transpose`);
    const made = makeNode("Transpose", [from], [to], { name, attributes: { perm } });
    const maker = index.producerOf.get(to) ?? reader;
    return maker ? cameFrom(made, [maker.proto]) : made;
  }

  function copy(from: string, to: string): NodeProto {
    const old = index.producerOf.get(to) as GraphNode;
    const node = makeNode("Identity", [from], [to], { name: facts.fresh(`${to}/Identity`) });
    return cameFrom(node, [old.proto]);
  }
}
