import { CongruentError, DTYPES } from "@congruent/core/essentials";
import { type Outline, readOutline } from "@congruent/onnx/outline";
import type { Platform } from "./session.js";

export interface ModelFile {
  bytes: Uint8Array;
  /** For errors. */
  name: string;
}

/** A model's file, and what is known of it before it runs. */
export interface ReadModel extends ModelFile {
  outline: Outline;
}

export type Source = string | URL | Uint8Array;

/** @throws CongruentError `E_MODEL_NOT_FOUND` */
export async function readFile(platform: Platform, source: Source): Promise<ModelFile> {
  if (source instanceof Uint8Array) return { bytes: source, name: "the model" };
  return { bytes: await platform.readFile(source), name: String(source) };
}

/**
 * With weights in other files put inside, where the platform has files.
 *
 * @throws CongruentError `E_ONNX_INVALID`, `E_ONNX_EXTERNAL`, `E_DTYPE`
 */
export async function whole(platform: Platform, file: ModelFile, source: Source): Promise<ReadModel> {
  const outline = await outlineOf(file);
  if (outline.external === null || source instanceof Uint8Array || !platform.readWhole)
    return runnable({ ...file, outline });
  return outlined({ ...file, bytes: await platform.readWhole(source) });
}

/** @throws CongruentError `E_ONNX_INVALID`, `E_ONNX_EXTERNAL`, `E_DTYPE` */
export async function outlined(file: ModelFile): Promise<ReadModel> {
  return runnable({ ...file, outline: await outlineOf(file) });
}

async function outlineOf({ bytes, name }: ModelFile): Promise<Outline> {
  try {
    return readOutline(bytes, name);
  } catch (error) {
    await refuseForeign(bytes, name);
    throw error;
  }
}

/**
 * Such as an error page, or a model of another library. Loaded only for a file that is refused; where it cannot be, as the network is gone, that
 * the file is no model is said without it.
 *
 * @throws CongruentError `E_ONNX_INVALID`
 */
export async function refuseForeign(bytes: Uint8Array, name: string): Promise<void> {
  const foreign = await import("@congruent/onnx/foreign").catch(() => null);
  foreign?.refuseForeign(bytes, name);
}

function runnable(read: ReadModel): ReadModel {
  const { name, outline } = read;
  const { inputs, outputs, external } = outline;
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
  return read;
}
