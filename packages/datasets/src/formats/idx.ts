/** IDX, the format of MNIST: 00 00, a type code, the rank, the dims as big-endian uint32, then the values, big-endian. */
import { CongruentError, type DType, sizeOf, type Tensor } from "@congruent/core";
import { claimedElements, decode, type ElementName, elements, encode } from "./elements.js";

/** IDX's types; byte and short come out as int32, whose range holds theirs. */
export type IdxType = "ubyte" | "byte" | "short" | "int" | "float" | "double";

const types: Record<IdxType, { code: number; element: ElementName }> = {
  ubyte: { code: 0x08, element: "uint8" },
  byte: { code: 0x09, element: "int8" },
  short: { code: 0x0b, element: "int16" },
  int: { code: 0x0c, element: "int32" },
  float: { code: 0x0d, element: "float32" },
  double: { code: 0x0e, element: "float64" },
};

const typeOfDtype: Partial<Record<DType, IdxType>> = {
  uint8: "ubyte",
  int32: "int",
  float32: "float",
  float64: "double",
};

/**
 * An IDX file's values: any type, any rank. ubyte becomes uint8 (a view of `bytes`, not a copy), byte, short and int
 * become int32, float float32 and double float64.
 *
 * @param name what the file is called in an error
 * @throws CongruentError `E_IDX_MAGIC` when the first four bytes are not IDX's, `E_IDX_TRUNCATED` when the dims claim
 * more than is there (found out before anything is allocated), `E_IDX_TRAILING` when bytes are left over.
 * @example
 * ```ts
 * const labels = readIdx(Uint8Array.of(0, 0, 8, 1, 0, 0, 0, 3, 5, 0, 4));
 * [...labels.data]; // => [5, 0, 4]
 * ```
 */
export function readIdx(bytes: Uint8Array, name = "the IDX file"): Tensor {
  if (bytes.length < 4) throw truncated(name, "a header of at least 4 bytes", `${bytes.length} bytes`);
  const stored = Object.values(types).find(({ code }) => code === bytes[2]);
  if (bytes[0] !== 0 || bytes[1] !== 0 || stored === undefined) {
    throw new CongruentError({
      code: "E_IDX_MAGIC",
      what: `${name} begins with ${hex(bytes.subarray(0, 4))}, which is no IDX magic number`,
      expected: "00 00, a type code (08 09 0b 0c 0d 0e) and the rank",
      fix: "check that the file is an unpacked IDX file",
    });
  }
  const rank = bytes[3]!;
  const header = 4 + 4 * rank;
  if (bytes.length < header) throw truncated(name, `a header of ${header} bytes`, `${bytes.length} bytes`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const dims = Array.from({ length: rank }, (_, axis) => view.getUint32(4 + 4 * axis));
  const { bytes: width, dtype } = elements[stored.element];
  const size = claimedElements(dims) * width;
  const there = bytes.length - header;
  if (size > there) {
    throw truncated(name, `${size} bytes of values for the shape [${dims.join(", ")}]`, `${there} bytes`);
  }
  if (size < there) {
    throw new CongruentError({
      code: "E_IDX_TRAILING",
      what: `${name} has ${there - size} bytes after the values of the shape [${dims.join(", ")}]`,
      expected: `${header + size} bytes in all`,
      fix: "get the file again",
    });
  }
  return { data: decode(stored.element, bytes.subarray(header), false), dims, dtype } as Tensor;
}

/**
 * A tensor as the bytes of an IDX file.
 *
 * @param type how to store it; by default what the dtype calls for: uint8 ubyte, int32 int, float32 float, float64
 * double. byte and short hold an int32 tensor whose values fit.
 * @throws CongruentError `E_IDX_TYPE` when IDX cannot hold the dtype, the type or the shape.
 * @example
 * ```ts
 * [...writeIdx({ data: Uint8Array.of(5, 0, 4), dims: [3], dtype: "uint8" })];
 * // => [0, 0, 8, 1, 0, 0, 0, 3, 5, 0, 4]
 * ```
 */
export function writeIdx(tensor: Tensor, type = typeOfDtype[tensor.dtype]): Uint8Array {
  const stored = type && types[type];
  if (!stored || elements[stored.element].dtype !== tensor.dtype) {
    throw unsupported(`cannot store ${tensor.dtype} as ${type ?? "any of its types"}`);
  }
  if (tensor.dims.length > 255 || tensor.dims.some((dim) => dim > 0xffffffff)) {
    throw unsupported(`cannot store the shape [${tensor.dims.join(", ")}]`);
  }
  const { bytes: width } = elements[stored.element];
  const header = 4 + 4 * tensor.dims.length;
  const bytes = new Uint8Array(header + sizeOf(tensor.dims) * width);
  const view = new DataView(bytes.buffer);
  bytes[2] = stored.code;
  bytes[3] = tensor.dims.length;
  tensor.dims.forEach((dim, axis) => {
    view.setUint32(4 + 4 * axis, dim);
  });
  if (tensor.dtype === "int32" && width < 4) {
    const bound = 2 ** (8 * width - 1);
    const misfit = tensor.data.find((value) => value < -bound || value >= bound);
    if (misfit !== undefined) throw unsupported(`cannot store ${misfit} as ${type}`);
  }
  encode(stored.element, tensor.data, bytes.subarray(header), false);
  return bytes;
}

function unsupported(what: string): CongruentError {
  return new CongruentError({
    code: "E_IDX_TYPE",
    what: `IDX ${what}`,
    expected: "uint8, int32, float32 or float64 of rank 255 at most",
    fix: "convert the tensor, or write npz",
  });
}

function truncated(name: string, expected: string, there: string): CongruentError {
  return new CongruentError({
    code: "E_IDX_TRUNCATED",
    what: `${name} is cut off: ${there}`,
    expected,
    fix: "get the file again",
  });
}

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join(" ");
}
