/** Statistics of a few numbers, a file each. */
export * from "./adjust-by-holm.js";
export * from "./mcnemar-test.js";
export * from "./mean.js";
export * from "./mean-and-deviation.js";
export * from "./median.js";
export * from "./median-interval.js";
export * from "./percentile.js";
export * from "./wilson-interval.js";
