/** A model with smaller numbers: in half precision, in 8 bits, or in blocks of 4 bits. */
import { CongruentError } from "@congruent/core";
import { changed, checkModel, inlineFunctions, type ModelProto, withNodeNames } from "@congruent/onnx";
import { freshNames } from "../fresh-names.js";
import { removeUnused } from "../passes/remove-unused.js";
import { runPass } from "../run-pass.js";
import type { Format, FormatOptions, Tally } from "./format.js";
import { type FormatName, formats } from "./formats/index.js";
import { withNewerOpset } from "./newer-opset.js";
import { refuseQuantized } from "./refuse-quantized.js";

export interface CompressOptions extends Partial<FormatOptions> {
  format: FormatName;
}

export interface CompressedNode {
  node: string;
  opType: string;
}

export interface Compressed {
  model: ModelProto;
  /** The nodes that compute in the format, or with weights in it; of bodies, too. */
  compressed: readonly CompressedNode[];
  /** The nodes with weights, or of an operator that the format knows, that stay as they are, with why. */
  left: readonly (CompressedNode & { why: string })[];
}

/** Elements that a block of 4-bit weights has where nothing else is asked for: what runtimes' kernels are made for. */
export const BLOCK = 32;

/**
 * The model in another number format. Inputs and outputs keep their names, types and order; the file's opset is raised where the format
 * needs it. Nothing is measured here: `compressFile` of `@congruent/exporter` compares, and looks for the nodes that must stay float32.
 *
 * - `float16-weights`: weights are half-precision numbers, which a Cast turns back when the model is loaded; computed in float32;
 * - `float16-compute`: nodes compute in half precision;
 * - `int8-dynamic`: Conv, MatMul and Gemm multiply 8-bit integers; the range of what they read is found again in each run;
 * - `int8-static`: the same by QuantizeLinear and DequantizeLinear, with `ranges` that were found before;
 * - `int4-weights`: weights are blocks of 4-bit integers with a scale and a zero point each; computed in float32.
 *
 * @throws CongruentError what `checkModel` says of the model; `E_COMPRESS_QUANTIZED` for one that is compressed already,
 * `E_COMPRESS_WEIGHTS` for weights that are NaN, `E_COMPRESS_OPSET` where its opset cannot be raised, `E_COMPRESS_RANGES` for a range
 * that is missing, `E_COMPRESS_NOTHING` where nothing can be compressed
 * @example
 * ```ts
 * const value = (name) => makeTensorValueInfo(name, "float32", [1, 64]);
 * const w = makeTensor("w", tensor("float32", new Float32Array(64 * 64).fill(0.1), [64, 64]));
 * const model = makeModel(makeGraph([makeNode("MatMul", ["x", "w"], ["y"])], "g", [value("x")], [value("y")], [w]));
 * const made = compress(model, { format: "float16-weights" }).model.graph;
 * made.node.map(({ opType }) => opType); // => ["Cast", "MatMul"]
 * made.initializer[0].rawData.length; // => 8192
 * ```
 */
export function compress(source: ModelProto, options: CompressOptions): Compressed {
  const { format: name, keep = new Set(), ranges = new Map(), block = BLOCK } = options;
  const format: Format = formats[name];
  checkModel(source);
  refuseTraining(source);
  refuseQuantized(source);
  const before = withNodeNames(inlineFunctions(source));
  const tally: Tally = { compressed: [], left: [] };
  const model = withNewerOpset(before, format.opset, name);
  const fresh = freshNames(model);
  const run = format.pass({ keep, ranges, block }, tally);
  const graph = runPass({ title: format.title, run }, { model, fresh });
  if (tally.compressed.length === 0 && keep.size === 0) throw nothing(name, tally);
  const rewritten = changed(model, { graph });
  const made = changed(rewritten, { graph: runPass(removeUnused, { model: rewritten, fresh }) });
  checkModel(made, "the compressed model");
  return { model: made, ...tally };
}

function nothing(name: FormatName, { left }: Tally): CongruentError {
  const said = left.slice(0, 3).map(({ node, why }) => `${node}: ${why}`);
  const more = left.length > said.length ? [`and ${left.length - said.length} more`] : [];
  return new CongruentError({
    code: "E_COMPRESS_NOTHING",
    what: `no node can be compressed to ${name}${left.length > 0 ? `: ${[...said, ...more].join("; ")}` : ""}`,
    expected: `a model with ${formats[name].takes}`,
    fix: "choose another format, or leave the model as it is",
  });
}

function refuseTraining({ trainingInfo }: ModelProto): void {
  if (trainingInfo.length === 0) return;
  throw new CongruentError({
    code: "E_PASS_TRAINING",
    what: "the model has a training graph (training_info), which works on weights in float32",
    expected: "a model for inference",
    fix: "remove it: del model.training_info[:], in Python with the onnx package",
  });
}
