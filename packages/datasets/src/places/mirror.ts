import { messageOf } from "@congruent/core";
import { type Place, packedLimit } from "./place.js";

/** A server that says nothing for so long is given up. */
const SILENCE_MS = 30_000;

/**
 * A folder on the web that has the files with .gz behind their names.
 *
 * @param base its URL, ending in a slash
 */
export function mirror(base: string, silenceMs = SILENCE_MS): Place {
  return {
    name: base,
    network: true,
    hint: "connect this machine to the internet",
    read: async (file, context) => {
      const abort = new AbortController();
      const giveUp = () => abort.abort(new Error(`no answer for ${silenceMs / 1000} s`));
      let timer = setTimeout(giveUp, silenceMs);
      try {
        const response = await context.fetch(new URL(`${file.name}.gz`, base), { signal: abort.signal });
        if (!response.ok || !response.body) throw new Error(`HTTP ${response.status}`);
        const total = Number(response.headers.get("content-length")) || null;
        const limit = packedLimit(file);
        const chunks: Uint8Array[] = [];
        let size = 0;
        for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
          clearTimeout(timer);
          timer = setTimeout(giveUp, silenceMs);
          size += chunk.length;
          if (size > limit) throw new Error(`it sends more than the ${limit} bytes that the file can have`);
          chunks.push(chunk);
          context.received(size, total);
        }
        return Buffer.concat(chunks, size);
      } catch (error) {
        throw new Error(reasonOf(error), { cause: error });
      } finally {
        clearTimeout(timer);
        abort.abort();
      }
    },
  };
}

/** fetch says "fetch failed" and keeps the reason in `cause`. */
function reasonOf(error: unknown): string {
  const { cause } = error as { cause?: NodeJS.ErrnoException };
  return cause === undefined ? messageOf(error) : `${messageOf(error)}: ${cause.message || cause.code}`;
}
