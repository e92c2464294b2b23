import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { unzipSync, zipSync } from "fflate";
import { codeOf, damaged, fixture, tensors } from "../testing.js";
import { readNpy, writeNpy } from "./npy.js";
import { readNpz, writeNpz } from "./npz.js";

interface Expected {
  shape: number[];
  values: (number | string | boolean)[];
}
const expected = JSON.parse(new TextDecoder().decode(fixture("expected.json"))) as Record<string, Expected>;
const ALL = ["uint8", "bool", "int32", "int64", "float32", "float64"] as const;

describe("npy and npz against NumPy", () => {
  const read = readNpz(fixture("numpy.npz"));

  it("has the same members", () => {
    expect(Object.keys(read)).toEqual(Object.keys(expected));
  });

  it.each(Object.keys(expected))("%s: shape and values in row-major order", (name) => {
    const { dims, data, dtype } = read[name]!;
    const { shape, values } = expected[name]!;
    expect(dims).toEqual(shape);
    const own: unknown[] = Array.from(data as ArrayLike<number | bigint>, (value) =>
      typeof value === "bigint" ? String(value) : dtype === "bool" ? value === 1 : value,
    );
    expect(own).toEqual(values);
  });

  it("writes the very bytes that numpy.save writes", () => {
    const files = unzipSync(fixture("numpy.npz"));
    const same = [
      "u1-byte",
      "i4-little",
      "i8-little",
      "f4-little",
      "f8-little",
      "b1-byte",
      "scalar",
      "empty",
      "one",
    ];
    for (const name of same) expect(writeNpy(read[name]!)).toEqual(files[`${name}.npy`]);
  });

  it.each(["plain.npz", "compressed.npz"])("reads %s of numpy.savez", (name) => {
    const { x_train, y_train } = readNpz(fixture(name));
    expect(x_train).toEqual({
      data: Uint8Array.from({ length: 12 }, (_, i) => i),
      dims: [3, 2, 2],
      dtype: "uint8",
    });
    expect(y_train).toEqual({ data: BigInt64Array.of(5n, 0n, 4n), dims: [3], dtype: "int64" });
  });

  it("reads half precision as bits, and unsigned integers", async () => {
    expect(readNpy(fixture("half.npy"))).toEqual({
      dtype: "float16",
      dims: [2],
      data: Uint16Array.of(0x3c00, 0xc100),
    });
    expect(readNpy(fixture("unsigned.npy"))).toEqual({
      dtype: "uint32",
      dims: [2],
      data: Uint32Array.of(1, 2 ** 32 - 1),
    });
  });

  it.each(["complex", "text", "records"])("refuses %s", async (name) => {
    expect(await codeOf(() => readNpy(fixture(`refused-${name}.npy`)))).toBe("E_NPY_DTYPE");
  });
});

describe("npz", () => {
  it("what is written is read back, packed or not", () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.string(), tensors(ALL), { maxKeys: 4 }),
        fc.boolean(),
        (arrays, compress) => {
          const back = readNpz(writeNpz(arrays, { compress }));
          expect(Object.keys(back).sort()).toEqual(Object.keys(arrays).sort());
          for (const [name, array] of Object.entries(arrays)) expect(back[name]).toEqual(array);
        },
      ),
    );
  });

  it("the same arrays give the same bytes", () => {
    const arrays = { a: { data: Uint8Array.of(1, 2), dims: [2], dtype: "uint8" } } as const;
    expect(writeNpz(arrays)).toEqual(writeNpz(arrays));
  });

  it("refuses a bomb by what its directory claims", async () => {
    const bomb = zipSync({ "a.npy": new Uint8Array(20_000_000) });
    expect(await codeOf(() => readNpz(bomb, { limit: 10_000_000 }))).toBe("E_ZIP_BOMB");
  });

  it("refuses a bomb whose directory lies", async () => {
    const bomb = zipSync({ "a.npy": new Uint8Array(20_000_000) });
    const directory = Buffer.from(bomb).lastIndexOf(Buffer.from("PK\x01\x02"));
    new DataView(bomb.buffer, bomb.byteOffset).setUint32(directory + 24, 100, true);
    expect(await codeOf(() => readNpz(bomb, { limit: 1000 }))).toBe("E_ZIP");
  });

  it("refuses values that were changed in place", async () => {
    const bytes = writeNpz({ a: { data: new Float32Array(64), dims: [64], dtype: "float32" } });
    bytes[200] = 1;
    expect(await codeOf(() => readNpz(bytes))).toBe("E_ZIP_CRC");
  });

  it("refuses members that are no arrays and files that are no archives", async () => {
    expect(await codeOf(() => readNpz(zipSync({ "readme.txt": new Uint8Array(3) })))).toBe("E_NPZ_MEMBER");
    expect(await codeOf(() => readNpz(zipSync({ "a.npy": new Uint8Array(3) })))).toBe("E_NPY_MAGIC");
    expect(await codeOf(() => readNpz(new Uint8Array(0)))).toBe("E_ZIP");
    expect(await codeOf(() => readNpz(new Uint8Array(100)))).toBe("E_ZIP");
  });

  it("damaged archives end in a coded error or in arrays", async () => {
    await fc.assert(
      fc.asyncProperty(damaged(fixture("compressed.npz")), async (bytes) => {
        const result = await codeOf(() => readNpz(bytes));
        if (typeof result === "string") expect(result).toMatch(/^E_(ZIP|NPY|NPZ)/);
      }),
      { numRuns: 500 },
    );
  });
});

describe("npy", () => {
  const whole = writeNpy({ data: Int32Array.from({ length: 6 }, (_, i) => i), dims: [2, 3], dtype: "int32" });
  const withHeader = (text: string) => {
    const head = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, text.length & 255, text.length >> 8];
    return Uint8Array.from([...head, ...Buffer.from(text)]);
  };

  it.each([
    ["no npy file", new Uint8Array(20), "E_NPY_MAGIC"],
    ["a version of the future", Object.assign(whole.slice(), { 6: 9 }), "E_NPY_HEADER"],
    ["a header cut off", whole.subarray(0, 40), "E_NPY_HEADER"],
    ["the magic number alone", whole.subarray(0, 6), "E_NPY_HEADER"],
    ["values cut off", whole.subarray(0, -1), "E_NPY_TRUNCATED"],
    ["values left over", Uint8Array.from([...whole, 0]), "E_NPY_TRAILING"],
    [
      "a huge claim",
      withHeader("{'descr': '<f8', 'fortran_order': False, 'shape': (9999999, 9999999, 9999999), }"),
      "E_NPY_TRUNCATED",
    ],
    [
      "a negative dim",
      withHeader("{'descr': '<f8', 'fortran_order': False, 'shape': (-1,), }"),
      "E_NPY_HEADER",
    ],
    ["no shape", withHeader("{'descr': '<f8', 'fortran_order': False}"), "E_NPY_HEADER"],
    [
      "pickled objects",
      withHeader("{'descr': '|O', 'fortran_order': False, 'shape': (1,), }"),
      "E_NPY_DTYPE",
    ],
  ])("refuses %s", async (_name, bytes, code) => {
    expect(await codeOf(() => readNpy(bytes))).toBe(code);
  });

  it("damaged bytes end in a coded error or in an array", async () => {
    await fc.assert(
      fc.asyncProperty(damaged(whole), async (bytes) => {
        const result = await codeOf(() => readNpy(bytes));
        if (typeof result === "string") expect(result).toMatch(/^E_NPY_/);
      }),
      { numRuns: 500 },
    );
  });
});
