/** What apps embed: one ONNX file, one API, in Node and in the browser. */
export type { Classification, Pictures } from "./classify.js";
export { type Difference, difference } from "./difference.js";
export { checkFeeds } from "./feeds.js";
export { type LoadOptions, load, type Model } from "./load.js";
export { decodeTensor, encodeTensor, type PassportDifference, verify } from "./passport.js";
export { type Picture, type PictureOptions, pictureToPixels } from "./picture.js";
export type { Optimization, OrtRuntime } from "./session.js";
