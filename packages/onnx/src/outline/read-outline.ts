import { type ModelInterface, modelInterface } from "../interface.js";
import { invalid, unreadable } from "../invalid.js";
import { modelFlaw } from "../model-flaw.js";
import { decodeOutline } from "./decode-outline.js";
import { externalWeight } from "./external-weight.js";
import type { ModelOutline } from "./model-outline.js";

/** What is known of a model before a runtime has it. */
export interface Outline extends ModelInterface {
  /** metadata_props: of one key that is there twice, the first. */
  metadata: ReadonlyMap<string, string>;
  /** A weight that lies in another file; null where there is none. */
  external: string | null;
}

/**
 * Reads of an ONNX file what an app must know before it hands the file to a runtime, and refuses what `decodeModel` refuses, without the
 * generated classes, which are five times as much code as the rest of an app's loader. What no outline has (the nodes' inputs, the weights'
 * values) is not looked at; which other format the bytes may be of is said by `refuseForeign` (`@congruent/onnx/foreign`).
 *
 * @param source name of the file, for errors
 * @throws CongruentError `E_ONNX_INVALID`
 * @example
 * ```ts
 * const x = makeTensorValueInfo("x", "float32", ["batch", 2]);
 * const y = makeTensorValueInfo("y", "float32", ["batch", 2]);
 * const graph = makeGraph([makeNode("Relu", ["x"], ["y"])], "relu", [x], [y]);
 * readOutline(encodeModel(makeModel(graph))).inputs; // => [{ name: "x", dtype: "float32", dims: ["batch", 2] }]
 * ```
 */
export function readOutline(bytes: Uint8Array, source = "the model"): Outline {
  if (bytes.length === 0) throw invalid(source, "is empty");
  let model: ModelOutline;
  try {
    model = decodeOutline(bytes);
  } catch (error) {
    throw unreadable(source, error);
  }
  const flaw = modelFlaw(model);
  if (flaw) throw invalid(source, flaw);
  const metadata = new Map(model.metadataProps.toReversed().map(({ key, value }) => [key, value]));
  const external = model.graph ? externalWeight(model.graph) : null;
  return { ...modelInterface(model), metadata, external };
}
