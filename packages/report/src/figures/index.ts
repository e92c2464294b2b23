export * from "./confusion-matrix.js";
export * from "./curves.js";
export * from "./figure.js";
export * from "./label-counts.js";
export * from "./mount-figure.js";
export * from "./render-svg.js";
export * from "./step-times.js";
export * from "./theme.js";
