/** Cutting graphs: who makes and reads which value, inner values as outputs, parts as models of their own. */
export { changed } from "./changed.js";
export { expose, innerValues } from "./expose.js";
export { type ExtractOptions, extract, singleNode } from "./extract.js";
export { bodies, type GraphIndex, type GraphNode, indexGraph } from "./graph-index.js";
export { inlineFunctions } from "./inline-functions.js";
export { type Isolated, isolate } from "./isolate.js";
export { namesIn } from "./names-in.js";
export { nodeNames, withNodeNames } from "./node-names.js";
export { renameReads } from "./rename-reads.js";
export { isSorted, topologicalOrder } from "./topological-order.js";
export { type KnownTypes, valueTypes } from "./value-types.js";
