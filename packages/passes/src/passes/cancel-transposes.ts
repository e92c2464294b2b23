import { Layout } from "../layout/layout.js";
import { rebuild } from "../layout/rebuild.js";
import { search } from "../layout/search.js";
import type { Pass } from "../pass.js";

/** Moves Transposes through what can work on permuted values, where fewer are left so. */
export const cancelTransposes: Pass = {
  title: "moves Transpose nodes until they cancel each other",
  run(scope) {
    const layout = new Layout(scope);
    if (layout.transposes.size === 0) return scope.graph;
    const labels = search(layout);
    const graph = rebuild(layout, labels);
    const moves = graph.node.filter(({ opType }) => opType === "Transpose" || opType === "Identity").length;
    const before = scope.graph.node.filter(
      ({ opType }) => opType === "Transpose" || opType === "Identity",
    ).length;
    return moves < before ? graph : scope.graph;
  },
};
