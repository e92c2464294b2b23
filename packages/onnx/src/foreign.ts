import { guessFormat } from "./formats.js";
import { invalid } from "./invalid.js";

/**
 * @throws CongruentError `E_ONNX_INVALID` for no bytes at all, and for those of a kind of file that people give instead of ONNX by mistake
 */
export function refuseForeign(bytes: Uint8Array, source: string): void {
  if (bytes.length === 0) throw invalid(source, "is empty");
  const format = guessFormat(bytes);
  if (format) throw invalid(source, `is no ONNX file but ${format.name}`, undefined, format.fix);
  if (/(^|[\\/])saved_model\.pb$/.test(source)) {
    const fix = "convert its folder: python -m tf2onnx.convert --saved-model FOLDER --output model.onnx";
    throw invalid(source, "is no ONNX file but a TensorFlow SavedModel's graph", undefined, fix);
  }
}
