import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { codeOf, damaged, tensors } from "../testing.js";
import { type IdxType, readIdx, writeIdx } from "./idx.js";

/** Written by hand from the format's description: each type code, big-endian. */
const byHand: [IdxType, number[], string, unknown[]][] = [
  ["ubyte", [0, 0, 0x08, 1, 0, 0, 0, 2, 0, 255], "uint8", [0, 255]],
  ["byte", [0, 0, 0x09, 1, 0, 0, 0, 2, 0x80, 0x7f], "int32", [-128, 127]],
  ["short", [0, 0, 0x0b, 1, 0, 0, 0, 2, 0x80, 0, 1, 2], "int32", [-32768, 258]],
  ["int", [0, 0, 0x0c, 1, 0, 0, 0, 2, 0xff, 0xff, 0xff, 0xfe, 1, 2, 3, 4], "int32", [-2, 16909060]],
  [
    "float",
    [0, 0, 0x0d, 1, 0, 0, 0, 2, 0xbf, 0xc0, 0, 0, 0x40, 0x49, 0x0f, 0xdb],
    "float32",
    [-1.5, 3.1415927410125732],
  ],
  [
    "double",
    [0, 0, 0x0e, 1, 0, 0, 0, 1, 0x40, 0x09, 0x21, 0xfb, 0x54, 0x44, 0x2d, 0x18],
    "float64",
    [Math.PI],
  ],
];

describe("IDX", () => {
  it.each(byHand)("reads and writes %s", (type, bytes, dtype, values) => {
    const tensor = readIdx(Uint8Array.from(bytes));
    expect(tensor.dtype).toBe(dtype);
    expect([...tensor.data]).toEqual(values);
    expect([...writeIdx(tensor, type)]).toEqual(bytes);
  });

  it("what is written is read back, for every dtype and rank", () => {
    fc.assert(
      fc.property(tensors(["uint8", "int32", "float32", "float64"]), (tensor) => {
        expect(readIdx(writeIdx(tensor))).toEqual(tensor);
      }),
    );
  });

  it("ubyte values are a view: 47 MB are not copied", () => {
    const bytes = writeIdx({ data: new Uint8Array(8), dims: [2, 2, 2], dtype: "uint8" });
    expect(readIdx(bytes).data.buffer).toBe(bytes.buffer);
  });

  it.each([
    ["nothing", [], "E_IDX_TRUNCATED"],
    ["half a magic number", [0, 0], "E_IDX_TRUNCATED"],
    ["gzip", [0x1f, 0x8b, 8, 1], "E_IDX_MAGIC"],
    ["an unknown type", [0, 0, 0x0a, 1, 0, 0, 0, 0], "E_IDX_MAGIC"],
    ["a header cut off", [0, 0, 8, 3, 0, 0, 0, 1], "E_IDX_TRUNCATED"],
    ["values cut off", [0, 0, 8, 1, 0, 0, 0, 3, 1, 2], "E_IDX_TRUNCATED"],
    ["values left over", [0, 0, 8, 1, 0, 0, 0, 1, 1, 2], "E_IDX_TRAILING"],
    ["a claim of 4 GiB", [0, 0, 8, 1, 255, 255, 255, 255, 1], "E_IDX_TRUNCATED"],
    ["a claim beyond all memory", [0, 0, 14, 3, ...new Array(12).fill(255)], "E_IDX_TRUNCATED"],
    ["a claim beyond all numbers", [0, 0, 14, 255, ...new Array(255 * 4).fill(255)], "E_IDX_TRUNCATED"],
    [
      "an empty shape beyond all numbers",
      [0, 0, 14, 3, ...new Array(8).fill(255), 0, 0, 0, 0],
      "E_IDX_TRUNCATED",
    ],
  ])("refuses %s", async (_name, bytes, code) => {
    expect(await codeOf(() => readIdx(Uint8Array.from(bytes)))).toBe(code);
  });

  it("names the file and the sizes", () => {
    const cut = Uint8Array.of(0, 0, 8, 1, 0, 0, 0, 3, 1, 2);
    expect(() => readIdx(cut, "labels.idx")).toThrow(
      "labels.idx is cut off: 2 bytes\n  expected: 3 bytes of values for the shape [3]",
    );
  });

  it("refuses to write what IDX cannot hold", async () => {
    const int32 = { data: Int32Array.of(1, 128), dims: [2], dtype: "int32" } as const;
    expect(await codeOf(() => writeIdx(int32, "byte"))).toBe("E_IDX_TYPE");
    expect(await codeOf(() => writeIdx(int32, "float"))).toBe("E_IDX_TYPE");
    expect(await codeOf(() => writeIdx({ data: new BigInt64Array(1), dims: [1], dtype: "int64" }))).toBe(
      "E_IDX_TYPE",
    );
  });

  it("damaged bytes end in a coded error or in a tensor that fits its shape", async () => {
    const whole = writeIdx({
      data: Int32Array.from({ length: 24 }, (_, i) => i),
      dims: [2, 3, 4],
      dtype: "int32",
    });
    await fc.assert(
      fc.asyncProperty(damaged(whole), async (bytes) => {
        const result = await codeOf(() => readIdx(bytes));
        if (typeof result === "string") expect(result).toMatch(/^E_IDX_/);
      }),
      { numRuns: 500 },
    );
  });
});
