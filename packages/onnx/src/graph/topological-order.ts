import { CongruentError } from "@congruent/core";
import type { GraphIndex, GraphNode } from "./graph-index.js";

/**
 * The nodes in an order in which each comes after those whose values it reads; the file's own order where that is one.
 *
 * @throws CongruentError `E_ONNX_CYCLE` naming the nodes that wait for each other, `E_ONNX_VALUE` for a value that nothing makes.
 * @example
 * ```ts
 * const value = (name) => makeTensorValueInfo(name, "float32", [2]);
 * const nodes = [makeNode("Exp", ["h"], ["y"]), makeNode("Relu", ["x"], ["h"])];
 * const model = makeModel(makeGraph(nodes, "g", [value("x")], [value("y")]));
 * topologicalOrder(indexGraph(model)).map((node) => node.proto.opType); // => ["Relu", "Exp"]
 * ```
 */
export function topologicalOrder(index: GraphIndex): GraphNode[] {
  const waitsFor = index.nodes.map((node) => {
    const producers = new Set<number>();
    for (const value of node.reads) {
      const producer = index.producerOf.get(value);
      if (producer) producers.add(producer.index);
      else if (!index.inputs.has(value) && !index.constants.has(value)) throw unmade(value, node);
    }
    return producers.size;
  });
  // In waves: each takes the nodes whose values are all there.
  const order: GraphNode[] = [];
  let ready = index.nodes.filter((node) => waitsFor[node.index] === 0);
  while (ready.length > 0) {
    const next: GraphNode[] = [];
    for (const node of ready) {
      order.push(node);
      const consumers = new Set(node.writes.flatMap((value) => index.consumersOf.get(value) ?? []));
      for (const consumer of consumers) {
        const left = (waitsFor[consumer.index] as number) - 1;
        waitsFor[consumer.index] = left;
        if (left === 0) next.push(consumer);
      }
    }
    ready = next;
  }
  if (order.length < index.nodes.length)
    throw cycle(index.nodes.filter((node) => (waitsFor[node.index] ?? 0) > 0));
  return isSorted(index) ? [...index.nodes] : order;
}

/** Whether every node stands after those whose values it reads, as ONNX requires. */
export function isSorted(index: GraphIndex): boolean {
  return index.nodes.every((node) =>
    node.reads.every((value) => (index.producerOf.get(value)?.index ?? -1) < node.index),
  );
}

const MOST_NAMED = 5;

function cycle(stuck: readonly GraphNode[]): CongruentError {
  const named = stuck.slice(0, MOST_NAMED).map((node) => node.name);
  const rest = stuck.length > MOST_NAMED ? ` and ${stuck.length - MOST_NAMED} more` : "";
  return new CongruentError({
    code: "E_ONNX_CYCLE",
    what: `the graph is cyclic: ${named.join(", ")}${rest} wait for each other's values`,
    expected: "a graph in which values flow one way",
    fix: "export the model again",
  });
}

function unmade(value: string, node: GraphNode): CongruentError {
  return new CongruentError({
    code: "E_ONNX_VALUE",
    what: `the node ${node.name} reads ${value}, which no input, weight or node gives`,
    fix: "export the model again",
  });
}
