/** Every operator by domain and name. */
import type { Operators } from "../call.js";
import { activations } from "./activations.js";
import { argExtreme } from "./arg-extreme.js";
import { arithmetic } from "./arithmetic.js";
import { cast } from "./cast.js";
import { clip } from "./clip.js";
import { concat } from "./concat.js";
import { constant } from "./constant.js";
import { conv } from "./conv.js";
import { dropout } from "./dropout.js";
import { gemm } from "./gemm.js";
import { logic } from "./logic.js";
import { maths } from "./maths.js";
import { matmul } from "./matmul.js";
import { normalisation } from "./normalisation.js";
import { pad } from "./pad.js";
import { pooling } from "./pooling.js";
import { reduce } from "./reduce.js";
import { repetition } from "./repetition.js";
import { reshaping } from "./reshaping.js";
import { shape } from "./shape.js";
import { slice } from "./slice.js";
import { softmax } from "./softmax.js";
import { transpose } from "./transpose.js";

/** One entry for each file of this folder. */
export const families: Readonly<Record<string, Operators>> = {
  activations,
  argExtreme,
  arithmetic,
  cast,
  clip,
  concat,
  constant,
  conv,
  dropout,
  gemm,
  logic,
  maths,
  matmul,
  normalisation,
  pad,
  pooling,
  reduce,
  repetition,
  reshaping,
  shape,
  slice,
  softmax,
  transpose,
};

const standard: Operators = Object.assign({}, ...Object.values(families));

/** By domain; the standard's is "". */
export const operators: Readonly<Record<string, Operators>> = { "": standard };
