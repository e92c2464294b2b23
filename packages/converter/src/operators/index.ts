/** Nodes that many layers are made of, where their form depends on the operator set or on the shape. */
export { cast } from "./cast.js";
export { toChannelsFirst, toChannelsLast } from "./channels.js";
export { elementwise } from "./elementwise.js";
export { type Normalization, normalizeAxes } from "./normalize-axes.js";
export { reduce } from "./reduce.js";
export { reshape } from "./reshape.js";
export { type Resampling, resizeBy, resizeTo } from "./resize.js";
export { reversed } from "./reversed.js";
export { scan } from "./scan.js";
export { type SizeOf, shapeVector } from "./shape-vector.js";
export { slice } from "./slice.js";
export { split } from "./split.js";
export { squeeze, unsqueeze } from "./squeeze.js";
export { transpose } from "./transpose.js";
