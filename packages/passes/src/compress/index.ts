/** Models in fewer bits. Safe in a browser. */
export { BLOCK, type Compressed, type CompressedNode, type CompressOptions, compress } from "./compress.js";
export { type FormatName, formats } from "./formats/index.js";
export { type RangeMethod, rangeMethods } from "./ranges/index.js";
export type { Range } from "./ranges/range.js";
export { rangesToFind } from "./ranges-to-find.js";
