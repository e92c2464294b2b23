/** Every number format. */
import { float16Compute } from "./float16-compute.js";
import { float16Weights } from "./float16-weights.js";
import { int4Weights } from "./int4-weights.js";
import { int8Dynamic } from "./int8-dynamic.js";
import { int8Static } from "./int8-static.js";

export const formats = {
  "float16-weights": float16Weights,
  "float16-compute": float16Compute,
  "int8-dynamic": int8Dynamic,
  "int8-static": int8Static,
  "int4-weights": int4Weights,
};

export type FormatName = keyof typeof formats;
