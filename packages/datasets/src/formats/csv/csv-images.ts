import { CongruentError, sizeOf, type Tensor } from "@congruent/core";
import { type CsvOptions, csvOptionsSchema, type MissingValues } from "@congruent/core/schemas";
import type { Split } from "../../protocol.js";
import { isMissing, numberIn } from "./cell.js";
import { type Columns, looksLikeHeader, resolveColumns } from "./columns.js";
import { MissingCounter, refuseMissing } from "./missing.js";
import { type CsvPlace, csvError, quoted } from "./place.js";
import { INCOMPLETE, LABEL, ODD, type PlainTarget, readPlainRow } from "./plain-row.js";
import { cellsOf, openColumn, quoteError, recordExtent } from "./record.js";

/** Labels without names are counted up to here. */
const MOST_CLASSES = 65_536;
/** A row that is longer has quotes that are never closed. */
const LONGEST_ROW = 16 * 2 ** 20;
const FIRST_ROOM = 2 ** 20;

export interface ReadCsvOptions extends Omit<CsvOptions, "missing"> {
  /** "count" puts 0 in the place of a missing pixel, -1 in that of a missing label, and leaves the judgment to the caller. */
  missing?: CsvOptions["missing"] | "count";
  /** What the file is called in an error. */
  name?: string;
  /** Height, width and channels. Default: gray squares. */
  size?: readonly [number, number, number] | undefined;
  /** Names of the classes: a label is one of them or an index of one. Default: any index. */
  labels?: readonly string[] | undefined;
}

/** The images of a CSV file and what is known of it. */
export interface CsvImages {
  split: Split;
  /** The first row, where it was taken for a header. */
  header: readonly string[] | null;
  /** An image may have been lost to a header that was none. */
  headerLooksLikeImage: boolean;
  missing: MissingValues;
}

/**
 * Reads a CSV file of images piece by piece: one image a row, whole numbers 0 to 255 and a label. Rows of plain numbers
 * go straight into the image's bytes; every other row is read by csv-parse.
 */
export class CsvImageReader {
  readonly #file: string;
  readonly #options;
  readonly #size: ReadCsvOptions["size"];
  readonly #labels: readonly string[] | undefined;
  readonly #fill: number;
  readonly #delimiter: number;
  readonly #capacity: (columns: number) => number;
  #room = new Uint8Array(FIRST_ROOM);
  /** Bytes in the room that have not been read. */
  #held = 0;
  #begun = false;
  #line = 1;
  #header: readonly string[] | null = null;
  #headerLooksLikeImage = false;
  #columns: Columns | null = null;
  #missing = new MissingCounter(0, null);
  #rows = 0;
  #rowLabels = new Int32Array(0);
  #target: PlainTarget = { slots: new Int32Array(0), pixels: new Uint8Array(0), maxLabel: -1, label: -1 };

  /** @param capacity how many rows of this many columns there may be at most */
  constructor(options: ReadCsvOptions, capacity: (columns: number) => number) {
    const { name = "the CSV file", size, labels, missing, ...rest } = options;
    this.#file = name;
    this.#size = size;
    this.#labels = labels;
    this.#fill = typeof missing === "number" ? missing : 0;
    this.#options = {
      ...csvOptionsSchema.parse(missing === "count" || missing === undefined ? rest : { ...rest, missing }),
      ...(missing === "count" && { missing }),
    };
    this.#delimiter = this.#options.delimiter.charCodeAt(0);
    this.#capacity = capacity;
  }

  /** Takes the next bytes; they may be overwritten afterwards. */
  push(chunk: Uint8Array): void {
    for (let from = 0; from < chunk.length; ) {
      if (this.#held === this.#room.length) this.#grow();
      const part = chunk.subarray(from, from + this.#room.length - this.#held);
      this.#room.set(part, this.#held);
      this.#held += part.length;
      from += part.length;
      this.#read(false);
    }
  }

  /** @throws CongruentError of what the file lacks */
  end(): CsvImages {
    this.#read(true);
    if (this.#held > 0) throw this.#unclosed();
    if (this.#columns === null || this.#rows === 0) {
      throw new CongruentError({
        code: "E_CSV_EMPTY",
        what: `${this.#file} has ${this.#header ? "a header and no row below it" : "no rows"}`,
        expected: "a row for each image",
        fix: "write or get the file again",
      });
    }
    const missing = this.#missing.values;
    if (this.#options.missing === "refuse") refuseMissing(this.#file, missing);
    const size = imageSize(this.#file, this.#columns.pixels, this.#size);
    const data = this.#target.pixels.subarray(0, this.#rows * this.#columns.pixels);
    const images: Tensor<"uint8"> = { data, dims: [this.#rows, ...size], dtype: "uint8" };
    return {
      split: { images, labels: narrowed(this.#rowLabels.subarray(0, this.#rows)) },
      header: this.#header,
      headerLooksLikeImage: this.#headerLooksLikeImage,
      missing,
    };
  }

  #read(last: boolean): void {
    let at = 0;
    if (!this.#begun) {
      if (this.#held < 3 && !last) return;
      at = afterMark(this.#room.subarray(0, this.#held), this.#file);
      this.#begun = true;
    }
    const bytes = this.#room;
    while (at < this.#held) {
      if (this.#columns !== null) {
        const base = this.#rows * this.#columns.pixels;
        const next =
          base < this.#target.pixels.length
            ? readPlainRow(bytes, at, this.#held, this.#delimiter, this.#target, base)
            : ODD;
        if (next >= 0) {
          this.#rowLabels[this.#rows++] = this.#target.label;
          this.#line++;
          at = next;
          continue;
        }
        if (next === INCOMPLETE && !last) break;
      }
      const extent = recordExtent(bytes, at, this.#held, last);
      if (extent === null) break;
      this.#record(bytes.subarray(at, extent.end));
      this.#line += extent.lines;
      at = extent.next;
    }
    bytes.copyWithin(0, at, this.#held);
    this.#held -= at;
  }

  /** A row that is not plain, or the first one. */
  #record(record: Uint8Array): void {
    const { delimiter, header } = this.#options;
    const first = this.#columns === null;
    const row = first && header === "yes" ? null : this.#rows + 1;
    const place: CsvPlace = { file: this.#file, row, line: this.#line };
    const cells = cellsOf(record, delimiter, place);
    if (cells === null) return;
    if (first) {
      const looks = looksLikeHeader(cells);
      if (header === "yes" || (header === "auto" && looks)) {
        this.#header = cells;
        this.#headerLooksLikeImage = !looks;
      }
      this.#prepare(cells.length);
      if (this.#header) return;
    }
    this.#row(cells, place);
  }

  #prepare(count: number): void {
    const columns = resolveColumns(this.#file, count, this.#header, this.#options);
    imageSize(this.#file, columns.pixels, this.#size);
    const capacity = this.#capacity(count);
    this.#columns = columns;
    this.#missing = new MissingCounter(count, this.#header);
    this.#rowLabels = new Int32Array(capacity);
    const maxLabel = this.#labels ? plainLabels(this.#labels) : MOST_CLASSES - 1;
    const pixels = new Uint8Array(capacity * columns.pixels);
    this.#target = { slots: columns.slots, pixels, maxLabel, label: -1 };
  }

  #row(cells: readonly string[], place: CsvPlace): void {
    const { slots, pixels } = this.#columns as Columns;
    if (cells.length !== slots.length) {
      throw csvError(
        "E_CSV_ROW_LENGTH",
        { ...place, column: Math.min(cells.length, slots.length) },
        `the row is too ${cells.length < slots.length ? "short" : "long"}: ${cells.length} cells`,
        `${slots.length}, as in the first row`,
        cells.length === 1 || slots.length === 1
          ? "is another delimiter meant? Else correct the row"
          : "correct the row",
      );
    }
    if (this.#rows === this.#rowLabels.length) {
      throw csvError(
        "E_CSV_CHANGED",
        place,
        "there are more rows than a moment ago",
        "a file that is not being written to",
      );
    }
    const base = this.#rows * pixels;
    cells.forEach((cell, column) => {
      const slot = slots[column] as number;
      const here = { ...place, column: column + 1, name: this.#header?.[column] };
      if (slot === LABEL) this.#rowLabels[this.#rows] = this.#label(cell, here);
      else if (slot >= 0) this.#target.pixels[base + slot] = this.#pixel(cell, here);
    });
    this.#rows++;
  }

  #pixel(cell: string, place: CsvPlace & { column: number }): number {
    if (isMissing(cell)) {
      this.#missing.add(this.#rows + 1, place.column - 1);
      return this.#fill;
    }
    const value = numberIn(cell);
    if (value === null) {
      throw csvError(
        ...([
          "E_CSV_TEXT",
          place,
          `${quoted(cell)} is no number`,
          "a pixel, a whole number from 0 to 255",
        ] as const),
        place.row === 1 && !this.#header
          ? "correct it, or say that the first row is a header"
          : "correct the cell",
      );
    }
    if (Number.isInteger(value) && value >= 0 && value <= 255) return value;
    throw csvError("E_CSV_PIXEL", place, `${quoted(cell)} is no pixel`, "a whole number from 0 to 255");
  }

  #label(cell: string, place: CsvPlace & { column: number }): number {
    const names = this.#labels;
    const named = names?.indexOf(cell.trim()) ?? -1;
    if (named >= 0) return named;
    if (isMissing(cell)) {
      this.#missing.add(this.#rows + 1, place.column - 1);
      if (this.#options.missing !== this.#fill) return -1;
    }
    const value = numberIn(cell);
    const most = names ? (plainLabels(names) < 0 ? -1 : names.length - 1) : MOST_CLASSES - 1;
    if (value !== null && Number.isInteger(value) && value >= 0 && value <= most) return value;
    throw csvError(
      "E_CSV_LABEL",
      place,
      `${quoted(cell)} names no class`,
      most < 0
        ? `one of ${names?.join(", ")}`
        : `a whole number from 0 to ${most}${names ? ", or a class's name" : ""}`,
      names ? "correct the cell" : "correct the cell; names of classes belong into dataset.json, as labels",
    );
  }

  #grow(): void {
    if (this.#room.length >= LONGEST_ROW) throw this.#unclosed();
    const room = new Uint8Array(this.#room.length * 2);
    room.set(this.#room);
    this.#room = room;
  }

  #unclosed(): CongruentError {
    const bytes = this.#room.subarray(0, this.#held);
    const column = openColumn(bytes, this.#options.delimiter);
    const place: CsvPlace = { file: this.#file, row: this.#rows + 1, line: this.#line };
    if (column !== undefined) return quoteError({ ...place, column }, "a quote is opened and never closed");
    return csvError(
      "E_CSV_ROW_LENGTH",
      place,
      `there is no line end within ${LONGEST_ROW} bytes`,
      "a row for each image",
    );
  }
}

/** The largest label that may be read as a plain number: -1 where a class's name is a number other than its own index. */
function plainLabels(names: readonly string[]): number {
  const confusing = names.some((name, index) => numberIn(name) !== null && name !== String(index));
  return confusing ? -1 : names.length - 1;
}

function imageSize(
  file: string,
  pixels: number,
  size: ReadCsvOptions["size"],
): readonly [number, number, number] {
  const side = Math.sqrt(pixels);
  const found = size ?? ([side, side, 1] as const);
  if (pixels > 0 && found.every(Number.isInteger) && sizeOf(found) === pixels) return found;
  throw new CongruentError({
    code: "E_CSV_SHAPE",
    what: `${file} has ${pixels} columns of pixels${size ? "" : ", which make no square"}`,
    expected: size
      ? `${sizeOf(size)} for images of ${size.join(" × ")}`
      : "a square number, or the images' size",
    fix: "say the size (height, width and channels in dataset.json, or --size 28x20x1), or which columns are none of pixels; is another delimiter meant?",
  });
}

/** Where a file's text begins: after the byte order mark that some programs write. */
function afterMark(bytes: Uint8Array, file: string): number {
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) return 3;
  const wide = (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff);
  if (!wide) return 0;
  throw csvError(
    ...(["E_CSV_ENCODING", { file, row: 1, line: 1 }, "the text is UTF-16", "text in UTF-8"] as const),
    "save the file as UTF-8",
  );
}

function narrowed(labels: Int32Array): Split["labels"] {
  return labels.every((label) => label >= 0 && label <= 255) ? Uint8Array.from(labels) : labels;
}
