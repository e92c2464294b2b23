import { CongruentError } from "@congruent/core";
import { type GraphNode, indexGraph, type ModelProto, topologicalOrder } from "@congruent/onnx";

/** A node of a walk, with what it reads (no weights) and makes, by name. */
export interface WalkStep<V> {
  node: GraphNode;
  inputs: ReadonlyMap<string, V>;
  outputs: ReadonlyMap<string, V>;
}

/**
 * Computes a graph's nodes one after the other and passes each to `visit`, which is awaited. A value that no later node reads is freed: a
 * walk needs the memory of the graph's widest place, not of all values.
 *
 * @param compute a node's values from those that it reads, by name
 * @throws CongruentError `E_INPUT_NAME` for an input that was not given
 */
export async function walkGraph<V>(
  model: ModelProto,
  feeds: ReadonlyMap<string, V>,
  compute: (node: GraphNode, inputs: ReadonlyMap<string, V>) => ReadonlyMap<string, V>,
  visit: (step: WalkStep<V>) => void | Promise<void>,
): Promise<void> {
  const index = indexGraph(model);
  for (const name of index.inputs) {
    if (feeds.has(name)) continue;
    throw new CongruentError({ code: "E_INPUT_NAME", what: `the input ${name} was not given` });
  }
  const live = new Map([...feeds].filter(([name]) => index.inputs.has(name)));
  const order = topologicalOrder(index);
  const lastReader = new Map<string, GraphNode>();
  for (const node of order) for (const value of node.reads) lastReader.set(value, node);
  for (const node of order) {
    const inputs = new Map(
      node.reads.flatMap((name): [string, V][] => {
        const value = live.get(name);
        return value === undefined ? [] : [[name, value]];
      }),
    );
    const outputs = compute(node, inputs);
    for (const [name, value] of outputs) if (lastReader.has(name)) live.set(name, value);
    for (const name of node.reads) if (lastReader.get(name) === node) live.delete(name);
    await visit({ node, inputs, outputs });
  }
}
