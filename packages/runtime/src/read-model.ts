import { CongruentError, DTYPES } from "@congruent/core/essentials";
import { type Outline, readOutline } from "@congruent/onnx/outline";
import type { Platform } from "./session.js";

/** A model's file, and what is known of it before it runs. */
export interface ReadModel {
  bytes: Uint8Array;
  /** For errors. */
  name: string;
  outline: Outline;
}

/** @throws CongruentError `E_MODEL_NOT_FOUND`, `E_ONNX_INVALID`, `E_ONNX_EXTERNAL`, `E_DTYPE` */
export async function readModel(platform: Platform, source: string | URL | Uint8Array): Promise<ReadModel> {
  const own = source instanceof Uint8Array;
  const name = own ? "the model" : String(source);
  let bytes = own ? source : await platform.readModel(source);
  let outline = readOutline(bytes, name);
  if (outline.external !== null && !own && platform.readWhole) {
    bytes = await platform.readWhole(source);
    outline = readOutline(bytes, name);
  }
  checkRunnable(outline, name);
  return { bytes, name, outline };
}

function checkRunnable({ inputs, outputs, external }: Outline, name: string): void {
  // An output without a type has the one that ONNX Runtime infers.
  const values = [...inputs, ...outputs.filter(({ dtype }) => dtype !== "unknown")];
  const strange = values.find((value) => !(DTYPES as readonly string[]).includes(value.dtype));
  if (strange) {
    throw new CongruentError({
      code: "E_DTYPE",
      what: `${strange.name} of ${name} is ${strange.dtype}`,
      expected: `inputs and outputs of type ${DTYPES.join(", ")}`,
    });
  }
  if (external !== null) {
    throw new CongruentError({
      code: "E_ONNX_EXTERNAL",
      what: `${name} keeps the weight ${external} in another file`,
      expected: "one file that holds everything",
      fix: "save it again with the weights inside (onnx.save without save_as_external_data)",
    });
  }
}
