import { portable } from "@congruent/passes";
import { checkOnnx } from "./check-onnx.js";
import { type BridgeOptions, convertByTf2onnx } from "./convert-by-tf2onnx.js";
import { convertNatively, type NativeOptions } from "./convert-natively.js";
import type { NetworkExporter } from "./exporters.js";
import type { LayersSource } from "./layers-source.js";
import type { Draft } from "./write-verified.js";

type Ways = Record<
  NetworkExporter,
  (source: LayersSource, options: DraftOptions) => Promise<[Draft, ...Draft[]]>
>;

export interface DraftOptions extends BridgeOptions {
  via: NetworkExporter;
  layers?: NativeOptions["layers"] | undefined;
  /** Whether the native exporter gives it the image classifier's interface. Default: false. */
  classifier?: boolean;
  /** Whether nodes that some runtime is known to compute wrongly are rewritten in the file that is written. Default: true. */
  portable?: boolean | undefined;
  /** Converts by tf2onnx. Default: the model's inference, under the names of its layers. */
  bridge?: (options: BridgeOptions) => Promise<Draft["model"]>;
}

const native: Ways["native"] = async ({ source }, { opset, layers, classifier }) => [
  {
    via: "native",
    model: convertNatively(source, {
      ...(opset !== undefined && { opset }),
      ...(layers && { layers }),
      ...(classifier && { classifier }),
    }),
  },
];

const tf2onnx: Ways["tf2onnx"] = async (source, { bridge, logFile, opset, timeoutMs }) => {
  const options = { logFile, opset, timeoutMs };
  const model = await (bridge ? bridge(options) : convertByTf2onnx(source, options));
  // Python is there anyhow: its checker infers shapes, too.
  return [{ via: "tf2onnx", model, check: checkOnnx }];
};

/** What each value of `via` makes: the first draft is the one to write. */
const ways: Ways = {
  native,
  tf2onnx,
  both: async (source, options) => [...(await native(source, options)), ...(await tf2onnx(source, options))],
};

/** Exports a model in the ways that were asked for; nothing is verified yet. */
export async function drafts(source: LayersSource, options: DraftOptions): Promise<[Draft, ...Draft[]]> {
  const [first, ...others] = await ways[options.via](source, options);
  if (options.portable === false) return [first, ...others];
  // The others stay as they are, so that comparing them with the first also shows that the rewriting changed nothing.
  return [{ ...first, ...portable(first.model) }, ...others];
}
