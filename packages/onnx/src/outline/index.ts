/** An ONNX file as an app needs it: a few kilobytes of code, safe in a browser. */
export { describeDims, type ModelInterface, type ValueDescription } from "../interface.js";
export { interfaceDeviations } from "../profile.js";
export { type Outline, readOutline } from "./read-outline.js";
