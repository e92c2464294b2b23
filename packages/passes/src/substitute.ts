/** One value in the place of another that is always the same. */
import { bodies, changed, type GraphNode, type GraphProto, renameReads } from "@congruent/onnx";
import type { Scope } from "./scope.js";

/**
 * Nodes whose outputs are values that are there already, by position, with those values: taken away, and their readers read the values
 * themselves. Where the graph gives the result, the value's own maker is renamed if it may be; else the node stays.
 */
export function bypass(scope: Scope, nodes: ReadonlyMap<number, readonly string[]>): GraphProto {
  const { graph, index } = scope;
  /** What is read instead. */
  const names = new Map<string, string>();
  /** What a maker's value is called instead. */
  const renamed = new Map<string, string>();
  const gone = new Set<number>();
  for (const [at, from] of nodes) {
    const node = index.nodes[at] as GraphNode;
    const pairs = node.proto.output.flatMap((made, place): [string, string][] => {
      const source = from[place];
      return made === "" || source === undefined ? [] : [[made, names.get(source) ?? source]];
    });
    const [[first, source] = ["", ""]] = pairs;
    if (pairs.length === 1 && scope.isOutput(first)) {
      if (renamed.has(source) || !mayRename(source, first)) continue;
      renamed.set(source, first);
    } else {
      const stays = ([made, same]: [string, string]) =>
        scope.isOutput(made) || hidden(made, same) || hidden(made, renamed.get(same) ?? same);
      if (pairs.some(stays)) continue;
      for (const [made, same] of pairs) names.set(made, same);
    }
    gone.add(at);
  }
  if (gone.size === 0) return graph;
  const final = new Map(renamed);
  for (const [made, source] of names) final.set(made, renamed.get(source) ?? source);
  const node = index.nodes
    .filter(({ index: at }) => !gone.has(at))
    .map(({ proto, reads }) => {
      const touched = proto.output.some((name) => renamed.has(name));
      const output = proto.output.map((name) => renamed.get(name) ?? name);
      const own = touched ? changed(proto, { output }) : proto;
      return reads.some((name) => final.has(name)) ? renameReads(own, final) : own;
    });
  return changed(graph, { node });

  /** Whether the value's maker can give it another name. */
  function mayRename(source: string, made: string): boolean {
    const maker = index.producerOf.get(source);
    if (!maker || gone.has(maker.index) || scope.isOutput(source)) return false;
    const alike = [...names].filter(([, from]) => from === source).map(([name]) => name);
    return ![source, ...alike].some((name) => hidden(name, made));
  }

  function bodyReaders(name: string): GraphNode[] {
    return (index.consumersOf.get(name) ?? []).filter(({ captured }) => captured.includes(name));
  }

  /** Whether a body that reads the one names something of its own like the other. */
  function hidden(made: string, source: string): boolean {
    return bodyReaders(made).some(({ proto }) =>
      proto.attribute.flatMap(bodies).some((body) => defines(body, source)),
    );
  }
}

function defines(body: GraphProto, name: string): boolean {
  return (
    body.input.some((each) => each.name === name) ||
    body.initializer.some((each) => each.name === name) ||
    body.node.some(
      (node) =>
        node.output.includes(name) || node.attribute.flatMap(bodies).some((inner) => defines(inner, name)),
    )
  );
}
