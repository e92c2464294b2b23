import { basename, extname } from "node:path";
import { CongruentError, sizeOf, type Tensor } from "@congruent/core";
import { readBytes, sha256 } from "@congruent/core/files";
import type { DataInspection, InspectedArray, InspectedImages, MissingValues } from "@congruent/core/schemas";
import type { CsvImages, ReadCsvOptions } from "./formats/csv/csv-images.js";
import { MissingCounter } from "./formats/csv/missing.js";
import { readCsvFile } from "./formats/csv/read-csv.js";
import { gunzip, isGzip } from "./formats/gzip.js";
import { readIdx } from "./formats/idx.js";
import { readNpy } from "./formats/npy.js";
import { readNpz } from "./formats/npz.js";
import { lostNotice } from "./local/readers/csv.js";
import type { Dataset, Split } from "./protocol.js";

const SCHEMA = "congruent/data-inspection@1";
/** Numbers of a row that are shown of arrays, from the first. */
const SHOWN = 8;
/** Labels are small numbers: an array with a larger one is not counted. */
const MOST_CLASSES = 1000;
const NONE: MissingValues = { total: 0, columns: [], first: [] };
const UNPACKED_LIMIT = 2 ** 31;

/** What a person wants to know of a loaded data set; `head` rows of each split. */
export function inspectLoaded(
  dataset: Dataset,
  { head, notes = [] }: { head: number; notes?: string[] },
): Extract<DataInspection, { kind: "dataset" }> {
  const { train, test, labels, sha256: hashes, ...facts } = dataset;
  const images = (split: Split) => inspectImages(split, labels.length, NONE, head);
  return {
    schema: SCHEMA,
    kind: "dataset",
    ...facts,
    labels: [...labels],
    sha256: { ...hashes },
    notes,
    train: images(train),
    test: images(test),
  };
}

/** Whether `inspectFile` knows what such a file holds. */
export function isInspectable(path: string): boolean {
  return /\.(csv|npy|npz)$/i.test(unpackedName(path)) || /-ubyte$|\.idx$/i.test(unpackedName(path));
}

/**
 * What is in one file: the images of a CSV file, with missing values counted; the arrays of an IDX, npy or npz file.
 *
 * @throws CongruentError what the format's reader throws; `E_NOT_FOUND`
 */
export async function inspectFile(
  path: string,
  { head, ...options }: { head: number } & Omit<ReadCsvOptions, "name" | "missing">,
): Promise<DataInspection> {
  const name = basename(path);
  if (/\.csv$/i.test(unpackedName(path))) {
    const { sha256: hash, ...found } = await readCsvFile(path, { ...options, missing: "count" });
    return csvInspection(name, hash, found, head, options.labels);
  }
  const packed = await readBytes(path);
  const bytes = isGzip(packed) ? await gunzip(packed, { limit: UNPACKED_LIMIT, name }) : packed;
  const arrays = Object.entries(arraysOf(unpackedName(name), bytes)).map(([key, array]) =>
    inspectArray(key, array, head),
  );
  return {
    schema: SCHEMA,
    kind: "arrays",
    name,
    title: name,
    sha256: { [name]: sha256(bytes) },
    notes: [],
    arrays,
  };
}

function csvInspection(
  name: string,
  hash: string,
  { split, missing, header, headerLooksLikeImage }: CsvImages,
  head: number,
  names: readonly string[] | undefined,
): DataInspection {
  let classes = names?.length ?? 0;
  for (const label of split.labels) classes = Math.max(classes, label + 1);
  const labels = names ? [...names] : Array.from({ length: classes }, (_, i) => String(i));
  const notes = [
    header === null
      ? "the first row was read as an image: there is no header"
      : headerLooksLikeImage
        ? lostNotice(name)
        : `the first row was read as a header: ${header.slice(0, 3).join(", ")} …`,
  ];
  const images = inspectImages(split, classes, missing, head);
  return {
    schema: SCHEMA,
    kind: "images",
    name,
    title: name,
    sha256: { [name]: hash },
    notes,
    labels,
    images,
  };
}

function inspectImages(
  { images, labels }: Split,
  classes: number,
  missing: MissingValues,
  head: number,
): InspectedImages {
  const counts = new Array<number>(classes).fill(0);
  for (const label of labels) if (label >= 0) counts[label]! += 1;
  const stride = sizeOf(images.dims.slice(1));
  return {
    shape: [...images.dims],
    dtype: images.dtype,
    missing,
    counts,
    pixels: rangeOf(images.data) ?? { min: 0, max: 0, mean: 0 },
    head: Array.from(labels.subarray(0, head), (label, i) => ({
      label: label < 0 ? null : label,
      pixels: [...images.data.subarray(i * stride, (i + 1) * stride)],
    })),
  };
}

function arraysOf(name: string, bytes: Uint8Array): Record<string, Tensor> {
  const ending = extname(name).toLowerCase();
  if (ending === ".npz") return readNpz(bytes, { name });
  return { [name]: ending === ".npy" ? readNpy(bytes, name) : readIdx(bytes, name) };
}

function inspectArray(name: string, { data, dims, dtype }: Tensor, head: number): InspectedArray {
  // float16 is held as bits: only its shape is shown.
  const numbers = dtype === "float16" ? [] : data;
  const [rows = 1, ...rest] = dims;
  const stride = sizeOf(rest);
  const value = (i: number) => {
    const number = Number(numbers[i]);
    return Number.isFinite(number) ? number : null;
  };
  const shown = numbers.length === 0 ? 0 : Math.min(head, rows);
  return {
    name,
    shape: [...dims],
    dtype,
    missing: nansOf(numbers, stride),
    range: rangeOf(numbers),
    counts: dims.length === 1 ? countsOf(numbers) : null,
    head: Array.from({ length: shown }, (_, row) =>
      Array.from({ length: Math.min(SHOWN, stride) }, (_, i) => value(row * stride + i)),
    ),
  };
}

function nansOf(data: ArrayLike<number | bigint>, stride: number): MissingValues {
  if (!(data instanceof Float32Array || data instanceof Float64Array)) return NONE;
  const counter = new MissingCounter(stride, null);
  for (let i = 0; i < data.length; i++) {
    if (Number.isNaN(data[i])) counter.add(Math.floor(i / stride) + 1, i % stride);
  }
  return counter.values;
}

function rangeOf(data: ArrayLike<number | bigint>): { min: number; max: number; mean: number } | null {
  let [min, max, sum, count] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0, 0];
  for (let i = 0; i < data.length; i++) {
    const value = Number(data[i]);
    if (!Number.isFinite(value)) continue;
    if (value < min) min = value;
    if (value > max) max = value;
    sum += value;
    count++;
  }
  return count === 0 ? null : { min, max, mean: sum / count };
}

function countsOf(data: ArrayLike<number | bigint>): number[] | null {
  const counts: number[] = [];
  for (let i = 0; i < data.length; i++) {
    const value = Number(data[i]);
    if (!Number.isInteger(value) || value < 0 || value >= MOST_CLASSES) return null;
    while (counts.length <= value) counts.push(0);
    counts[value]! += 1;
  }
  return counts.length === 0 ? null : counts;
}

function unpackedName(path: string): string {
  return path.replace(/\.gz$/i, "");
}

/** @throws CongruentError `E_USAGE` where options of CSV files are given for what is none */
export function refuseCsvOptions(path: string, given: readonly string[]): void {
  if (given.length === 0 || /\.csv$/i.test(unpackedName(path))) return;
  throw new CongruentError({
    code: "E_INSPECT_OPTION",
    what: `${given.join(", ")} was given, but ${path} is no CSV file`,
    expected: "options of CSV files with a CSV file",
    fix: "leave them out; a folder says them in its dataset.json",
  });
}
