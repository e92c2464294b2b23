import { CongruentError } from "@congruent/core/essentials";
import { broken, download, type ReadOptions, Received } from "./download.js";
import { describe } from "./feeds.js";
import type { ModelFile } from "./model-file.js";

/**
 * A model from what apps hold besides an address and bytes.
 *
 * @throws CongruentError `E_SOURCE` for anything else; `E_MODEL_NOT_FOUND`, `E_DOWNLOAD` and what {@link download} throws
 */
export async function readSource(source: unknown, options: ReadOptions): Promise<ModelFile> {
  if (source instanceof Request) return { bytes: await download(source, options), name: source.url };
  if (source instanceof Response) return { bytes: await bodyOf(source, options), name: source.url || NAME };
  if (source instanceof Blob) {
    const { name = NAME } = source as { name?: string };
    return { bytes: await streamed(source.stream(), name, { ...options, total: source.size }), name };
  }
  if (source instanceof ReadableStream) return { bytes: await streamed(source, NAME, options), name: NAME };
  throw new CongruentError({
    code: "E_SOURCE",
    what: `load was given ${source === undefined ? "nothing" : describe(source)}`,
    expected: "a path, URL, Request, Response, Blob, File, ReadableStream, ArrayBuffer or bytes",
  });
}

const NAME = "the model";

async function bodyOf(response: Response, { onProgress }: ReadOptions): Promise<Uint8Array> {
  const name = response.url || NAME;
  if (!response.ok || response.bodyUsed) {
    throw new CongruentError({
      code: "E_MODEL_NOT_FOUND",
      what: `could not read the model ${name}: ${response.ok ? "the response has been read already" : `HTTP ${response.status}`}`,
      expected: "a response of status 200 whose body has not been read",
      fix: "check response.ok, and give response.clone() where the body is needed again",
    });
  }
  const file = new Received(name, onProgress);
  const whole = await file.take(response).catch((error: unknown) => {
    throw error instanceof CongruentError ? error : broken(file, error);
  });
  if (!whole) throw broken(file);
  return file.whole();
}

async function streamed(
  stream: ReadableStream<Uint8Array>,
  name: string,
  { onProgress, total = null }: ReadOptions & { total?: number | null },
): Promise<Uint8Array> {
  const file = new Received(name, onProgress);
  file.total = total;
  await file.drain(stream).catch((error: unknown) => {
    throw error instanceof CongruentError ? error : broken(file, error);
  });
  return file.whole();
}
