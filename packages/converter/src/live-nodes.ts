import type { GraphProto, NodeProto } from "@congruent/onnx";

/**
 * The nodes that outputs depend on. Masks are made wherever a layer passes one on; most have no use.
 *
 * @param nodes each after those it takes values from
 */
export function liveNodes(nodes: readonly NodeProto[], outputs: readonly string[]): NodeProto[] {
  const wanted = new Set(outputs);
  const live: NodeProto[] = [];
  for (const node of [...nodes].reverse()) {
    if (!node.output.some((name) => wanted.has(name))) continue;
    for (const name of takenBy(node)) wanted.add(name);
    live.push(node);
  }
  return live.reverse();
}

/** All names that nodes take, those from around a body among them. */
export const takenNames = (nodes: readonly NodeProto[]): Set<string> => new Set(nodes.flatMap(takenBy));

function takenBy(node: NodeProto): string[] {
  const bodies = node.attribute.flatMap(({ g }): GraphProto[] => (g ? [g] : []));
  return [...node.input, ...bodies.flatMap((body) => [...takenNames(body.node)])];
}
