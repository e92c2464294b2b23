import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { open } from "node:fs/promises";
import { createGunzip } from "node:zlib";
import { CongruentError } from "@congruent/core";
import { whyOfFile } from "@congruent/core/files";
import { isGzip } from "../gzip.js";
import { CsvImageReader, type CsvImages, type ReadCsvOptions } from "./csv-images.js";

const CHUNK = 2 ** 20;
const [LF, CR] = [0x0a, 0x0d];

/**
 * The images of CSV text in memory: one image a row, its label in one column, its pixels (0 to 255) in the others.
 * Quotes, Windows line ends, a byte order mark, blank lines and a missing last line end are all understood.
 *
 * @throws CongruentError naming file, row and column: `E_CSV_ROW_LENGTH`, `E_CSV_TEXT`, `E_CSV_PIXEL`, `E_CSV_LABEL`,
 * `E_CSV_MISSING`, `E_CSV_EMPTY`, `E_CSV_QUOTE`, `E_CSV_ENCODING`, `E_CSV_NUL`; `E_CSV_SHAPE` where the pixels make no
 * image; `E_CSV_COLUMN` and `E_CSV_LABEL_COLUMN` for columns that are not there
 * @example
 * ```ts
 * const text = "label,a,b,c,d\n1,0,255,7,0\n0,1,2,3,4\n";
 * const { split, header } = readCsv(new TextEncoder().encode(text));
 * split.images.dims; // => [2, 2, 2, 1]
 * [...split.labels]; // => [1, 0]
 * header?.length; // => 5
 * ```
 */
export function readCsv(bytes: Uint8Array, options: ReadCsvOptions = {}): CsvImages {
  const reader = new CsvImageReader(options, capacity(new LineCounter().add(bytes)));
  reader.push(bytes);
  return reader.end();
}

/** A CSV file's images and the SHA-256 of its unpacked bytes. */
export interface CsvFile extends CsvImages {
  sha256: string;
}

/**
 * `readCsv` of a file, which may be packed with gzip. It is read twice, a piece at a time: to count lines and hash, then into an
 * array of the right size, so that little more memory is needed than the images themselves.
 *
 * @throws CongruentError as `readCsv`, `E_NOT_FOUND`, `E_GZIP`, `E_CSV_CHANGED` where the file grows in the meantime
 */
export async function readCsvFile(path: string, options: ReadCsvOptions = {}): Promise<CsvFile> {
  const hash = createHash("sha256");
  const counter = new LineCounter();
  for await (const chunk of chunksOf(path)) {
    hash.update(chunk);
    counter.add(chunk);
  }
  const reader = new CsvImageReader({ name: path, ...options }, capacity(counter));
  for await (const chunk of chunksOf(path)) reader.push(chunk);
  return { ...reader.end(), sha256: hash.digest("hex") };
}

/** Counts lines, blank and quoted ones too: there are never more rows than that. */
class LineCounter {
  lines = 1;
  bytes = 0;
  #afterReturn = false;

  add(chunk: Uint8Array): this {
    this.bytes += chunk.length;
    if (this.#afterReturn && chunk.length > 0 && chunk[0] !== LF) this.lines++;
    for (let at = chunk.indexOf(LF); at >= 0; at = chunk.indexOf(LF, at + 1)) this.lines++;
    for (let at = chunk.indexOf(CR); at >= 0; at = chunk.indexOf(CR, at + 1)) {
      if (at + 1 < chunk.length && chunk[at + 1] !== LF) this.lines++;
    }
    if (chunk.length > 0) this.#afterReturn = chunk.at(-1) === CR;
    return this;
  }
}

/** A row has at least a delimiter or line end for each of its columns. */
function capacity({ lines, bytes }: LineCounter): (columns: number) => number {
  return (columns) => Math.min(lines, Math.floor((bytes + 1) / columns));
}

/** A file's unpacked bytes; each piece is overwritten by the next. */
async function* chunksOf(path: string): AsyncGenerator<Uint8Array> {
  try {
    const handle = await open(path);
    try {
      const buffer = Buffer.allocUnsafe(CHUNK);
      let { bytesRead } = await handle.read(buffer, 0, CHUNK, 0);
      if (isGzip(buffer.subarray(0, bytesRead))) {
        yield* createReadStream(path).pipe(createGunzip({ chunkSize: CHUNK })) as AsyncIterable<Uint8Array>;
        return;
      }
      for (let at = 0; bytesRead > 0; { bytesRead } = await handle.read(buffer, 0, CHUNK, at)) {
        yield buffer.subarray(0, bytesRead);
        at += bytesRead;
      }
    } finally {
      await handle.close();
    }
  } catch (error) {
    if (error instanceof CongruentError) throw error;
    const packed = (error as NodeJS.ErrnoException).code?.startsWith("Z_");
    throw new CongruentError({
      code: packed ? "E_GZIP" : "E_NOT_FOUND",
      what: `could not read ${path}: ${whyOfFile(error)}`,
      fix: packed ? "write or get the file again" : "check the path",
      cause: error,
    });
  }
}
