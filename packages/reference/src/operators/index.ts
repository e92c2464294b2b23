/** Every operator by domain and name. */
import type { Operators } from "../call.js";
import { composedKernel } from "../composed/composer.js";
import { compositions } from "../composed/index.js";
import { activations } from "./activations.js";
import { argExtreme } from "./arg-extreme.js";
import { arithmetic } from "./arithmetic.js";
import { bitCast } from "./bit-cast.js";
import { blocks } from "./blocks.js";
import { cast } from "./cast.js";
import { centerCropPad } from "./center-crop-pad.js";
import { clip } from "./clip.js";
import { col2im } from "./col2im.js";
import { concat } from "./concat.js";
import { constant } from "./constant.js";
import { controlFlow } from "./control-flow.js";
import { conv } from "./conv.js";
import { convTranspose } from "./conv-transpose.js";
import { cumulative } from "./cumulative.js";
import { deformConv } from "./deform-conv.js";
import { det } from "./det.js";
import { dropout } from "./dropout.js";
import { einsum } from "./einsum.js";
import { fourier } from "./fourier.js";
import { gather } from "./gather.js";
import { gemm } from "./gemm.js";
import { generation } from "./generation.js";
import { gridSample } from "./grid-sample.js";
import { layerNormalization } from "./layer-normalization.js";
import { logic } from "./logic.js";
import { loss } from "./loss.js";
import { math } from "./math.js";
import { matmul } from "./matmul.js";
import { mlFamilies } from "./ml/index.js";
import { normalization } from "./normalization.js";
import { pad } from "./pad.js";
import { pooling } from "./pooling.js";
import { quantization } from "./quantization.js";
import { recurrent } from "./recurrent.js";
import { reduce } from "./reduce.js";
import { regions } from "./regions.js";
import { repetition } from "./repetition.js";
import { reshaping } from "./reshaping.js";
import { resize } from "./resize.js";
import { scatter } from "./scatter.js";
import { selection } from "./selection.js";
import { sequences } from "./sequences.js";
import { shape } from "./shape.js";
import { slice } from "./slice.js";
import { softmax } from "./softmax.js";
import { split } from "./split.js";
import { strings } from "./strings.js";
import { tensorScatter } from "./tensor-scatter.js";
import { tfIdf } from "./tf-idf.js";
import { topK } from "./top-k.js";
import { transpose } from "./transpose.js";
import { windows } from "./windows.js";

/** One entry for each file of this folder. */
export const families: Readonly<Record<string, Operators>> = {
  activations,
  argExtreme,
  arithmetic,
  bitCast,
  blocks,
  cast,
  centerCropPad,
  clip,
  col2im,
  concat,
  constant,
  controlFlow,
  convTranspose,
  conv,
  cumulative,
  deformConv,
  det,
  dropout,
  einsum,
  fourier,
  gather,
  gemm,
  generation,
  gridSample,
  layerNormalization,
  logic,
  loss,
  math,
  matmul,
  normalization,
  pad,
  pooling,
  quantization,
  recurrent,
  reduce,
  regions,
  repetition,
  reshaping,
  resize,
  scatter,
  selection,
  sequences,
  shape,
  slice,
  softmax,
  split,
  strings,
  tensorScatter,
  tfIdf,
  topK,
  transpose,
  windows,
};

const all = (each: Readonly<Record<string, Operators>>): Operators =>
  Object.assign({}, ...Object.values(each));

/** The versions since which the standard has what is composed here. */
const since: Readonly<Record<string, number>> = { Attention: 23, RotaryEmbedding: 23 };

function composed(domain: string): Operators {
  return Object.fromEntries(
    Object.entries(compositions[domain] ?? {}).map(([name, composition]) => [
      name,
      { [(domain === "" ? since[name] : undefined) ?? 1]: composedKernel(composition) },
    ]),
  );
}

/** By domain; the standard's is "". `congruent` is for compositions alone: no file may import it. */
export const operators: Readonly<Record<string, Operators>> = {
  "": { ...all(families), ...composed("") },
  "ai.onnx.ml": all(mlFamilies),
  "com.microsoft": composed("com.microsoft"),
  congruent: { Uncertain: { 1: (call) => [call.input(0)] } },
};
