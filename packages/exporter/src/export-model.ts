import { rm } from "node:fs/promises";
import type { ConvertOptions } from "@congruent/converter";
import { CongruentError } from "@congruent/core";
import type { LayersModel, TensorFlow } from "@congruent/layers";
import { drafts } from "./drafts.js";
import type { NetworkExporter } from "./exporters.js";
import { keepLayers } from "./import/keep-layers.js";
import { sourceInFiles, sourceInMemory } from "./layers-source.js";
import { refuseUnwritable } from "./refuse-unwritable.js";
import { type VerifiedFile, writeVerified } from "./write-verified.js";

export interface ExportModelOptions {
  /** Converters of layer classes of your own, from `layerConverters`; the zoo's are known. They must be registered with tfjs, too. Default: none. */
  layers?: ConvertOptions["layers"] | undefined;
  /** Any layers model, trained or not: itself, or the path of its model.json or of the folder that holds it. */
  model: LayersModel | string;
  /** The module that made the model, such as `loadTensorFlow` gives it; needed where `model` is no path. */
  tf?: TensorFlow | undefined;
  /** The .onnx file to write. */
  out: string;
  /**
   * `native` converts in this process; `tf2onnx` by TensorFlow and Python; `both` does both and writes the first, if the two agree. Default: `native`.
   */
  via?: NetworkExporter | undefined;
  /** Version of the standard operator set. Default: the exporter's own. */
  opset?: number | undefined;
  /**
   * Whether nodes that some runtime is known to compute wrongly are rewritten into what all of them compute right (`portable` of
   * `@congruent/passes`; {@link VerifiedFile.rewrites}). Default: true.
   */
  portable?: boolean | undefined;
  /** Whether the file says what `toLayers` needs to make the layers model of it again. Default: false. */
  importable?: boolean | undefined;
  /** Bytes of weights that the file itself may hold; those of larger models go into `OUT.data`. Default: nearly 2 GiB. */
  mostInside?: number | undefined;
  /** For each runtime of the verification, and for tf2onnx. Default: 300,000. */
  timeoutMs?: number | undefined;
}

/**
 * Turns any tfjs layers model into an ONNX file that computes the same. Inputs and outputs are in the model's order and under the names of their
 * layers; the batch is dynamic, and so are height, width and time where the model leaves them open. The file appears only after it was checked, loaded by ONNX
 * Runtime, and found to compute what tfjs computes ({@link VerifiedFile.verification}). There is no card in it: the image classifier's interface is that of runs.
 *
 * @throws CongruentError `E_EXPORT_VERIFY` (exit 1): the file would be wrong, and was not written; `E_LAYER_UNKNOWN` and others of `convertLayersModel` naming the
 * layer; `E_MODEL_SOURCE`, `E_LAYERS_MODEL` for what is no layers model, `E_WEIGHT_*`; `E_OPSET`; `E_IMPORTABLE`; `E_WRITE`, `E_DISK_FULL`; of `tf2onnx` also `E_CAPTURE_*`,
 * `E_STATEFUL`, `E_TF2ONNX`, and `E_PYTHON_ENV` (exit 3) where it is not set up
 *
 * @example
 * ```ts no-run
 * await exportModel({ model: "model/model.json", out: "model.onnx" });
 * const { nodes } = await exportModel({ tf, model, out: "model.onnx" });
 * ```
 */
export async function exportModel(options: ExportModelOptions): Promise<VerifiedFile> {
  const { tf, model, out, via = "native", timeoutMs, mostInside, importable = false } = options;
  await refuseUnwritable(out);
  const source = typeof model === "string" ? await sourceInFiles(model) : sourceInMemory(given(tf), model);
  const logFile = `${out}.tf2onnx.log`;
  const [first, ...others] = await drafts(source, { ...options, via, logFile });
  const loaded = await source.model();
  const written = importable ? { ...first, model: keepLayers(first.model, loaded) } : first;
  const file = await writeVerified({
    out,
    tf: source.tf,
    model: loaded,
    drafts: [written, ...others],
    timeoutMs,
    mostInside,
  });
  // The log explains a failed conversion; after a successful one it is not needed.
  await rm(logFile, { force: true });
  return file;
}

function given(tf: TensorFlow | undefined): TensorFlow {
  if (tf) return tf;
  throw new CongruentError({
    code: "E_TF",
    what: "a model in memory was given without the tfjs that made it",
    expected: "{ tf, model, out }",
    fix: "give the module as well: const tf = await loadTensorFlow({ device: 'cpu' })",
  });
}
