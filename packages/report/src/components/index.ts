/** What pages are built of: preact components without node: modules, their style sheet and their number formats. */
export * from "../formats/numbers.js";
export * from "../formats/rewrites.js";
export * from "../styles/index.js";
export * from "../tables/metric-rows.js";
export * from "../tables/parity-rows.js";
export * from "../tables/score-rows.js";
export * from "./badge.js";
export * from "./confusion-table.js";
export * from "./data-table.js";
export * from "./facts.js";
export * from "./flips.js";
export * from "./headline.js";
export * from "./mistakes-grid.js";
export * from "./parity-matrix.js";
export * from "./picture-grid.js";
export * from "./scroller.js";
export * from "./section.js";
