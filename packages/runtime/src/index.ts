/** What apps embed: one ONNX file, one API, in Node and in the browser. */
export type { OrtRuntime } from "@congruent/core";
export { runBatches } from "./batches.js";
export type { Classification, Pictures } from "./classify.js";
export { type CompareOptions, type Comparison, compare, type Tolerance } from "./compare.js";
export { type Decisions, decisionsOf, scoresOf, withLabel } from "./decisions.js";
export { detailOf } from "./detail.js";
export { type Difference, difference } from "./difference.js";
export { checkFeeds } from "./feeds.js";
export { type LoadOptions, load, type Model, whyUnavailable } from "./load.js";
export { ortOptions } from "./ort-options.js";
export { decodeTensor, encodeTensor, type Verification, verify } from "./passport.js";
export { type Picture, type PictureOptions, pictureToPixels } from "./picture.js";
export type { PlacedNode } from "./profile.js";
export type { Unavailable } from "./session.js";
