import type { GraphProto, NodeProto } from "@congruent/onnx";

/**
 * For every node the names of values that no node needs after it: inputs used for the last time, and outputs never used.
 *
 * @param outputs names that are needed to the end
 * @example
 * ```ts
 * const nodes = [makeNode("Exp", ["x"], ["e"]), makeNode("Log", ["e"], ["y"])];
 * lastUses(nodes, ["y"]); // => [["x"], ["e"]]
 * ```
 */
export function lastUses(nodes: readonly NodeProto[], outputs: readonly string[]): string[][] {
  const needed = new Set(outputs);
  const frees: string[][] = nodes.map(() => []);
  for (let index = nodes.length - 1; index >= 0; index--) {
    const node = nodes[index] as NodeProto;
    for (const name of [...node.input, ...capturedNames(node), ...node.output]) {
      if (name === "" || needed.has(name)) continue;
      needed.add(name);
      frees[index]?.push(name);
    }
  }
  return frees;
}

/** Names that a node's inner graphs (of If, Loop, Scan) may take from around it. */
export function capturedNames(node: NodeProto): string[] {
  const inner = node.attribute.flatMap(({ g, graphs }) => (g ? [g, ...graphs] : graphs));
  return inner.flatMap((graph: GraphProto) => [
    ...graph.output.map(({ name }) => name),
    ...graph.node.flatMap((each) => [...each.input, ...capturedNames(each)]),
  ]);
}
