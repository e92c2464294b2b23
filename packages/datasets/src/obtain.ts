import { join } from "node:path";
import { CongruentError, messageOf } from "@congruent/core";
import { sha256, writeFileAtomic } from "@congruent/core/files";
import type { DatasetFile } from "./dataset-file.js";
import { gunzip, isGzip } from "./formats/gzip.js";
import { readIfThere } from "./places/folder.js";
import type { Place } from "./places/place.js";
import type { DatasetSource } from "./protocol.js";

/** What a load reports while it runs. */
export type LoadEvent =
  /** Bytes are coming in; `total` is null where the server does not tell. */
  | { kind: "download"; file: string; place: string; received: number; total: number | null }
  /** A file has been checked and is used. */
  | { kind: "ready"; file: string; place: string }
  /** Something went wrong without doing harm to the data: a damaged cache, a mirror that failed. */
  | { kind: "notice"; message: string };

export interface LoadOptions {
  /** Holds one folder per data set. Default: `defaultCacheDir()`. */
  cacheDir?: string;
  /** Ask no server. */
  offline?: boolean;
  progress?: (event: LoadEvent) => void;
  /** Instead of the global `fetch`. */
  fetch?: typeof globalThis.fetch;
  /** Instead of the source's own places. */
  places?: readonly Place[];
}

/**
 * One file's unpacked bytes, from the cache or the first place whose bytes have the right SHA-256, and then cached. A cache that cannot be
 * written is a notice, not an error: the data in memory are right, and nothing half-written stays behind.
 *
 * @throws CongruentError `E_DATASET_UNAVAILABLE` (exit 3) naming every place and why it did not do
 */
export async function obtain(
  source: DatasetSource,
  file: DatasetFile,
  cacheDir: string,
  options: LoadOptions,
): Promise<Uint8Array> {
  const { offline = false, progress = () => {}, fetch = globalThis.fetch, places = source.places } = options;
  const notice = (message: string) => progress({ kind: "notice", message });
  const cached = join(cacheDir, source.name, file.name);
  const failures: string[] = [];

  try {
    const bytes = await readIfThere(cached, file.bytes);
    if (bytes) {
      await verified(bytes, file);
      progress({ kind: "ready", file: file.name, place: cached });
      return bytes;
    }
    failures.push(`${cached}: not there`);
  } catch (error) {
    failures.push(`${cached}: ${messageOf(error)}`);
    notice(`${cached} is not used and will be replaced: ${messageOf(error)}`);
  }

  for (const place of places) {
    if (offline && place.network) {
      failures.push(`${place.name}: not asked, because offline was demanded`);
      continue;
    }
    try {
      const received = (bytes: number, total: number | null) =>
        progress({ kind: "download", file: file.name, place: place.name, received: bytes, total });
      const bytes = await verified(await place.read(file, { fetch, received }), file);
      await writeFileAtomic(cached, bytes).catch((error: unknown) => {
        notice(`${file.name} is used without being cached: ${messageOf(error)}`);
      });
      progress({ kind: "ready", file: file.name, place: place.name });
      return bytes;
    } catch (error) {
      const why = error instanceof CongruentError ? error.what : messageOf(error).split("\n")[0];
      failures.push(`${place.name}: ${why}`);
      if (place.network) notice(`${file.name} could not be fetched from ${place.name}: ${why}`);
    }
  }

  const hints = [...new Set(places.flatMap((place) => place.hint ?? []))];
  throw new CongruentError({
    code: "E_DATASET_UNAVAILABLE",
    what: `${file.name} of ${source.title} could not be fetched from any place:\n${failures.map((f) => `  - ${f}`).join("\n")}`,
    expected: `a file with the SHA-256 ${file.sha256} when unpacked`,
    fix: [...hints, `put the file at ${cached}`].join(", or "),
    exit: 3,
  });
}

/** The bytes, unpacked, if they are the file's. */
async function verified(bytes: Uint8Array, file: DatasetFile): Promise<Uint8Array> {
  const unpacked = isGzip(bytes) ? await gunzip(bytes, { limit: file.bytes, name: file.name }) : bytes;
  const hash = sha256(unpacked);
  if (hash === file.sha256) return unpacked;
  throw new CongruentError({
    code: "E_SHA256",
    what: `wrong checksum (SHA-256 ${hash})`,
    expected: file.sha256,
    fix: "get the file from another place",
  });
}
