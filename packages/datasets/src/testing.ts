/** What the tests of this package share. */
import { readFileSync } from "node:fs";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import { CongruentError, type Tensor } from "@congruent/core";
import { sha256 } from "@congruent/core/files";
import fc from "fast-check";
import { writeIdx } from "./formats/idx.js";
import { IDX_FILES, idxSplits } from "./idx-splits.js";
import type { DatasetSource } from "./protocol.js";

/** A tracked file that fixtures/make.py wrote. */
export function fixture(name: string): Uint8Array {
  return new Uint8Array(readFileSync(fileURLToPath(new URL(`../fixtures/${name}`, import.meta.url))));
}

/** The code of the CongruentError that `action` ends in; anything else that happens is returned or thrown as it is. */
export async function codeOf(action: () => unknown): Promise<unknown> {
  try {
    return await action();
  } catch (error) {
    if (error instanceof CongruentError) return error.code;
    throw error;
  }
}

const creators = {
  uint8: (n: number) => fc.uint8Array({ minLength: n, maxLength: n }),
  bool: (n: number) => fc.uint8Array({ minLength: n, maxLength: n, max: 1 }),
  int32: (n: number) => fc.int32Array({ minLength: n, maxLength: n }),
  int64: (n: number) => fc.bigInt64Array({ minLength: n, maxLength: n }),
  float32: (n: number) => fc.float32Array({ minLength: n, maxLength: n }),
  float64: (n: number) => fc.float64Array({ minLength: n, maxLength: n }),
};

/** Tensors of the dtypes given, rank 0 to 4, empty ones included. */
export function tensors(dtypes: readonly (keyof typeof creators)[]): fc.Arbitrary<Tensor> {
  return fc
    .tuple(fc.constantFrom(...dtypes), fc.array(fc.nat(4), { maxLength: 4 }))
    .chain(([dtype, dims]) =>
      (creators[dtype](dims.reduce((a, b) => a * b, 1)) as fc.Arbitrary<Tensor["data"]>).map(
        (data) => ({ data, dims, dtype }) as Tensor,
      ),
    );
}

/** Bytes with some overwritten and perhaps cut short. */
export function damaged(bytes: Uint8Array): fc.Arbitrary<Uint8Array> {
  const edits = fc.array(fc.tuple(fc.nat(bytes.length - 1), fc.nat(255)), { maxLength: 4 });
  // Headers decide most of what can go wrong, and they are at the front.
  const headerEdits = fc.array(fc.tuple(fc.nat(Math.min(63, bytes.length - 1)), fc.nat(255)), {
    maxLength: 4,
  });
  return fc.tuple(edits, headerEdits, fc.option(fc.nat(bytes.length))).map(([some, more, length]) => {
    const copy = bytes.slice();
    for (const [at, value] of [...some, ...more]) copy[at] = value;
    return copy.subarray(0, length ?? copy.length);
  });
}

/** A source of four tiny IDX files: 6 training and 4 test images of 3x2, three classes. */
export function tinySource(
  changes: Partial<DatasetSource> = {},
): DatasetSource & { contents: Map<string, Uint8Array> } {
  const images = (count: number, salt: number) =>
    writeIdx({
      data: Uint8Array.from({ length: count * 6 }, (_, i) => (i * 37 + salt) % 256),
      dims: [count, 3, 2],
      dtype: "uint8",
    });
  const labels = (...values: number[]) =>
    writeIdx({ data: Uint8Array.from(values), dims: [values.length], dtype: "uint8" });
  const contents = new Map([
    [IDX_FILES.trainImages, images(6, 1)],
    [IDX_FILES.trainLabels, labels(0, 1, 2, 0, 1, 2)],
    [IDX_FILES.testImages, images(4, 2)],
    [IDX_FILES.testLabels, labels(2, 2, 1, 0)],
  ] as [string, Uint8Array][]);
  const files = [...contents].map(([name, bytes]) => ({ name, sha256: sha256(bytes), bytes: bytes.length }));
  return {
    name: "tiny",
    title: "Tiny",
    labels: ["a", "b", "c"],
    height: 3,
    width: 2,
    channels: 1,
    foreground: "any",
    license: "CC0-1.0",
    files,
    places: [],
    parse: idxSplits,
    ...changes,
    contents,
  };
}

/** Runs `use` with the URL (with a slash at its end) of a server on this machine. */
export async function withServer<T>(listener: RequestListener, use: (url: string) => Promise<T>): Promise<T> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  try {
    return await use(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  } finally {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
}
