/** What a pass did, in numbers. */
import { bodies, type GraphProto, type NodeProto } from "@congruent/onnx";

export interface PassChange {
  pass: string;
  /** Nodes that it took away and nodes that are new or other than before, bodies' own included. */
  removed: number;
  rewritten: number;
  /** How many more or fewer nodes of an operator there are, of those that changed. */
  operators: Readonly<Record<string, number>>;
}

/** A graph's nodes, those of its bodies included. */
export function allNodes(graph: GraphProto): NodeProto[] {
  return graph.node.flatMap((node) => [node, ...node.attribute.flatMap(bodies).flatMap(allNodes)]);
}

/** Sums what a pass does in its turns. */
export interface Tally {
  add(before: GraphProto, after: GraphProto): void;
  result(): Omit<PassChange, "pass">;
}

export function tallyOf(): Tally {
  const operators = new Map<string, number>();
  let [removed, rewritten] = [0, 0];
  return {
    add(before, after) {
      const [old, made] = [allNodes(before), allNodes(after)];
      const known = new Set(old);
      removed += old.length - made.length;
      rewritten += made.filter((node) => !known.has(node)).length;
      for (const [nodes, sign] of [
        [old, -1],
        [made, 1],
      ] as const) {
        for (const { opType } of nodes) operators.set(opType, (operators.get(opType) ?? 0) + sign);
      }
    },
    result: () => ({
      removed,
      rewritten,
      operators: Object.fromEntries([...operators].filter(([, count]) => count !== 0)),
    }),
  };
}
