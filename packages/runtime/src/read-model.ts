import { CongruentError, DTYPES } from "@congruent/core/essentials";
import { type Outline, readOutline } from "@congruent/onnx/outline";
import { unlessAborted } from "./aborted.js";
import type { ReadOptions } from "./download.js";
import type { ModelFile } from "./model-file.js";
import type { Platform } from "./session.js";

/** A model's file, and what is known of it before it runs. */
export interface ReadModel extends ModelFile {
  outline: Outline;
}

/** A path (in Node) or an address; or what an app holds of a model already. A stream and a response's body are read to their end. */
export type Source =
  | string
  | URL
  | Request
  | Response
  | Blob
  | ReadableStream<Uint8Array>
  | ArrayBuffer
  | ArrayBufferView;

/** @throws CongruentError `E_SOURCE`, and what reading throws */
export async function readFile(platform: Platform, source: Source, options: ReadOptions): Promise<ModelFile> {
  const name = "the model";
  if (source instanceof Uint8Array) return { bytes: source, name };
  if (ArrayBuffer.isView(source)) {
    const { buffer, byteOffset, byteLength } = source;
    return { bytes: new Uint8Array(buffer, byteOffset, byteLength), name };
  }
  if (source instanceof ArrayBuffer) return { bytes: new Uint8Array(source), name };
  if (typeof source === "string" || source instanceof URL)
    return { bytes: await platform.readFile(source, options), name: String(source) };
  const { readSource } = await import("./read-source.js");
  return unlessAborted(readSource(source, options), options.signal);
}

/**
 * With weights in other files put inside, where the platform has files.
 *
 * @throws CongruentError `E_ONNX_INVALID`, `E_ONNX_EXTERNAL`, `E_DTYPE`
 */
export async function whole(platform: Platform, file: ModelFile, source: Source): Promise<ReadModel> {
  const outline = await outlineOf(file);
  const address = typeof source === "string" || source instanceof URL;
  if (outline.external === null || !address || !platform.readWhole) return runnable({ ...file, outline });
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
