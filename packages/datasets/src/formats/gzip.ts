import { Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import { CongruentError, messageOf } from "@congruent/core";

export interface GunzipOptions {
  /** Most bytes that may come out. */
  limit: number;
  /** What the bytes are called in an error. */
  name?: string;
}

/** Whether bytes begin as a gzip file does (1f 8b). */
export function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}

/**
 * Unpacks gzip bytes, a piece at a time: it stops at the limit, however much more would come out.
 *
 * @throws CongruentError `E_GZIP` when the bytes are not gzip, are cut off or are damaged; `E_GZIP_BOMB` when more
 * than `limit` bytes would come out.
 * @example
 * ```ts
 * const packed = Uint8Array.from(atob("H4sIAAAAAAACA8tIzcnJBwCGphA2BQAAAA=="), (c) => c.charCodeAt(0));
 * new TextDecoder().decode(await gunzip(packed, { limit: 5 })); // => "hello"
 * ```
 */
export async function gunzip(packed: Uint8Array, options: GunzipOptions): Promise<Uint8Array> {
  const { limit, name = "the gzip data" } = options;
  if (!isGzip(packed)) {
    throw damaged(name, "it does not begin with 1f 8b");
  }
  const chunks: Uint8Array[] = [];
  let total = 0;
  const stream = Readable.from([packed]).pipe(createGunzip());
  try {
    for await (const chunk of stream as AsyncIterable<Uint8Array>) {
      total += chunk.length;
      if (total > limit) {
        throw new CongruentError({
          code: "E_GZIP_BOMB",
          what: `${name} unpacks to more than ${limit} bytes`,
          expected: `at most ${limit} bytes`,
          fix: "get the file again from a place that you trust",
        });
      }
      chunks.push(chunk);
    }
  } catch (error) {
    if (error instanceof CongruentError) throw error;
    throw damaged(name, messageOf(error), error);
  } finally {
    stream.destroy();
  }
  const unpacked = new Uint8Array(total);
  let offset = 0;
  for (const chunk of chunks) {
    unpacked.set(chunk, offset);
    offset += chunk.length;
  }
  return unpacked;
}

function damaged(name: string, why: string, cause?: unknown): CongruentError {
  return new CongruentError({
    code: "E_GZIP",
    what: `${name} is not a whole gzip file (${why})`,
    expected: "a gzip file that is complete",
    fix: "get the file again",
    cause,
  });
}
