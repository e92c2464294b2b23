import type { DatasetFile } from "../dataset-file.js";

/** A place where a data set's files may be. */
export interface Place {
  /** What it is called in an error, such as a URL or a package's name. */
  name: string;
  /** Left out when offline. */
  network: boolean;
  /** What makes it available, such as the command that installs it. */
  hint?: string;
  /**
   * The file's bytes, unpacked or packed with gzip; they are checked by whoever asked. Throws, with the reason as the
   * message, when they are not available.
   */
  read(file: DatasetFile, context: PlaceContext): Promise<Uint8Array>;
}

export interface PlaceContext {
  fetch: typeof globalThis.fetch;
  /** Called as bytes come in; `total` is null where the server does not tell. */
  received(bytes: number, total: number | null): void;
}

/** Gzip adds at most a few bytes per 32 KiB to what it cannot make smaller: a larger file is not the one wanted. */
export function packedLimit(file: DatasetFile): number {
  return file.bytes + Math.ceil(file.bytes / 1000) + 1024;
}
