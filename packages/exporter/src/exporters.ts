import { type Converter, converters } from "@congruent/baselines";
import { CongruentError } from "@congruent/core";

/** What turns a network into ONNX: in this process; by TensorFlow and Python; or both, compared with each other. */
export const networkExporters = ["native", "tf2onnx", "both"] as const;
export type NetworkExporter = (typeof networkExporters)[number];

/** All of them, and `skl2onnx`, which turns a classical model into ONNX as `native` (graphs of packages/baselines) does. */
export const exporters = [...new Set([...networkExporters, ...converters])] as const;
export type Exporter = NetworkExporter | Converter;

const DEFAULT = "native";

/**
 * The exporter that was asked for, if it is one for this kind of model.
 *
 * @param what the model, for the error
 * @throws CongruentError `E_EXPORTER`
 */
export function exporterOf<Known extends Exporter>(
  asked: Exporter | undefined,
  known: readonly Known[],
  what: string,
): Known {
  const found = known.find((each) => each === (asked ?? DEFAULT));
  if (found) return found;
  throw new CongruentError({
    code: "E_EXPORTER",
    what: `${asked} cannot export ${what}`,
    expected: known.join(" or "),
    fix: "leave --via out, or name one of these",
  });
}
