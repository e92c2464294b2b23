import { changed, type GraphNode } from "@congruent/onnx";
import type { Pass } from "../pass.js";

/** Takes away nodes and weights that no output needs. */
export const removeUnused: Pass = {
  title: "removes nodes and weights that no output needs",
  run(scope) {
    const { graph, index, facts } = scope;
    const needed = new Set<number>();
    const read = new Set(graph.output.map(({ name }) => name));
    const open = [...read].flatMap((name) => index.producerOf.get(name) ?? []);
    for (let node: GraphNode | undefined = open.pop(); node; node = open.pop()) {
      if (needed.has(node.index)) continue;
      needed.add(node.index);
      for (const name of node.reads) {
        read.add(name);
        const maker = index.producerOf.get(name);
        if (maker) open.push(maker);
      }
    }
    // What a caller may feed stays: it is part of the interface, but for the weights that old files list there.
    const old = facts.model.irVersion < 4n;
    const listed = new Set(old ? [] : graph.input.map(({ name }) => name));
    const initializer = graph.initializer.filter(({ name }) => read.has(name) || listed.has(name));
    const sparseInitializer = graph.sparseInitializer.filter(
      ({ values }) => read.has(values?.name ?? "") || listed.has(values?.name ?? ""),
    );
    const gone =
      graph.initializer.length -
      initializer.length +
      graph.sparseInitializer.length -
      sparseInitializer.length;
    if (needed.size === graph.node.length && gone === 0) return graph;
    const kept = new Set([
      ...initializer.map(({ name }) => name),
      ...sparseInitializer.map(({ values }) => values?.name ?? ""),
    ]);
    return changed(graph, {
      node: graph.node.filter((_, i) => needed.has(i)),
      initializer,
      sparseInitializer,
      input: old ? graph.input.filter(({ name }) => index.inputs.has(name) || kept.has(name)) : graph.input,
    });
  },
};
