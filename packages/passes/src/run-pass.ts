/** One turn of a pass: over the bodies first, then over the graph around them. */
import { type AttributeProto, bodies, changed, type GraphProto, type NodeProto } from "@congruent/onnx";
import { GraphScope } from "./graph-scope.js";
import type { Pass } from "./pass.js";
import type { ModelFacts, Scope } from "./scope.js";

/** @returns the model's graph itself where nothing changes */
export function runPass(pass: Pass, facts: ModelFacts): GraphProto {
  return inGraph(facts.model.graph as GraphProto, null);

  function inGraph(graph: GraphProto, around: Scope | null): GraphProto {
    const scope = new GraphScope(facts, graph, around);
    const node = graph.node.map((each) => inBodies(each, scope));
    const same = node.every((each, i) => each === graph.node[i]);
    const own = same ? scope : new GraphScope(facts, changed(graph, { node }), around);
    const made = pass.run(own);
    return made === graph ? graph : tidy(made);
  }

  function inBodies(node: NodeProto, scope: Scope): NodeProto {
    if (node.attribute.every((each) => bodies(each).length === 0)) return node;
    const attribute = node.attribute.map((each): AttributeProto => {
      const g = each.g && inGraph(each.g, scope);
      const graphs = each.graphs.map((graph) => inGraph(graph, scope));
      const same = g === each.g && graphs.every((graph, i) => graph === each.graphs[i]);
      return same ? each : changed(each, { ...(g ? { g } : {}), graphs });
    });
    return attribute.every((each, i) => each === node.attribute[i]) ? node : changed(node, { attribute });
  }
}

/** Without what the graph says of values that are no longer there. */
function tidy(graph: GraphProto): GraphProto {
  const there = new Set([
    ...graph.node.flatMap(({ output }) => output),
    ...graph.input.map(({ name }) => name),
    ...graph.initializer.map(({ name }) => name),
    ...graph.sparseInitializer.map(({ values }) => values?.name ?? ""),
  ]);
  return changed(graph, {
    valueInfo: graph.valueInfo.filter(({ name }) => there.has(name)),
    quantizationAnnotation: graph.quantizationAnnotation.filter(({ tensorName }) => there.has(tensorName)),
  });
}
