export { type Architecture, layerSeeds, type TensorFlow } from "./architecture.js";
export { architecture, architectures, registerArchitecture } from "./architectures/index.js";
export { zooConverters } from "./converters/index.js";
export { registerLayers } from "./layers/index.js";
export { type Network, networkOf } from "./network-of.js";
export {
  type LayerSummary,
  type ModelSummary,
  summarize,
  summaryHead,
  summaryRows,
  summaryTotals,
} from "./summary.js";
