import type { GraphOutline, SparseTensorOutline, TensorOutline } from "./model-outline.js";
import { EXTERNAL } from "./model-outline.js";

/** The name of a tensor, in bodies too, that lies in another file; null where there is none. */
export function externalWeight(graph: GraphOutline): string | null {
  const attributes = graph.node.flatMap(({ attribute }) => attribute);
  const tensors = [
    ...graph.initializer,
    ...graph.sparseInitializer.flatMap(partsOf),
    ...attributes.flatMap(({ t, tensors, sparseTensor, sparseTensors }) => [
      ...(t ? [t] : []),
      ...tensors,
      ...(sparseTensor ? [sparseTensor, ...sparseTensors] : sparseTensors).flatMap(partsOf),
    ]),
  ];
  const found = tensors.find(({ dataLocation }) => dataLocation === EXTERNAL);
  if (found) return found.name;
  for (const { g, graphs } of attributes) {
    for (const body of g ? [g, ...graphs] : graphs) {
      const inside = externalWeight(body);
      if (inside !== null) return inside;
    }
  }
  return null;
}

function partsOf({ values, indices }: SparseTensorOutline): TensorOutline[] {
  return [values, indices].filter((part) => part !== undefined);
}
