/** NumPy's npy, versions 1 to 3: a magic number, a header written as a Python dictionary, the values. */
import { CongruentError, type DType, type Tensor } from "@congruent/core";
import { claimedElements, decode, type ElementName, elements, encode } from "./elements.js";

const MAGIC = Uint8Array.of(0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59);
/** Larger headers are not written for plain arrays; NumPy has a limit of the same kind. */
const HEADER_LIMIT = 65_536;
/** NumPy's own. */
const RANK_LIMIT = 64;

/** NumPy's kind and item size to how the values are stored. */
const kinds: Record<string, ElementName> = {
  b1: "bool",
  u1: "uint8",
  i1: "int8",
  i2: "int16",
  i4: "int32",
  i8: "int64",
  u2: "uint16",
  u4: "uint32",
  u8: "uint64",
  f2: "float16",
  f4: "float32",
  f8: "float64",
};

const descriptors: Record<DType, string> = {
  bool: "|b1",
  uint8: "|u1",
  int32: "<i4",
  int64: "<i8",
  float32: "<f4",
  float64: "<f8",
  float16: "<f2",
  int8: "|i1",
  int16: "<i2",
  uint16: "<u2",
  uint32: "<u4",
  uint64: "<u8",
};

/**
 * The array in an npy file: C or Fortran order, little or big endian, always handed out in row-major order. i1 and i2 become int32.
 *
 * @param name what the file is called in an error
 * @throws CongruentError `E_NPY_MAGIC`, `E_NPY_HEADER` (a header that cannot be read), `E_NPY_DTYPE` (objects,
 * strings, complex …), `E_NPY_TRUNCATED` (found out before anything is allocated), `E_NPY_TRAILING`.
 * @example
 * ```ts
 * const bytes = writeNpy({ data: Int32Array.of(1, 2, 3, 4), dims: [2, 2], dtype: "int32" });
 * readNpy(bytes).dims; // => [2, 2]
 * ```
 */
export function readNpy(bytes: Uint8Array, name = "the npy file"): Tensor {
  const { start, text } = header(bytes, name);
  const fortran = /'fortran_order'\s*:\s*(True|False)/.exec(text)?.[1];
  const shape = /'shape'\s*:\s*\(([\d\s,L]*)\)/.exec(text)?.[1];
  const descriptor = /'descr'\s*:\s*(?:'([^']*)'|(\[))/.exec(text);
  if (!fortran || shape === undefined || !descriptor) {
    throw badHeader(name, `its header reads ${JSON.stringify(text.slice(0, 120))}`);
  }
  const [, order, kind] = /^([<>|=])(.*)$/.exec(descriptor[1] ?? "") ?? [];
  const element = kind === undefined ? undefined : kinds[kind];
  if (!element || !Object.hasOwn(kinds, kind!) || (order === "|" && elements[element].bytes > 1)) {
    throw new CongruentError({
      code: "E_NPY_DTYPE",
      what: `${name} holds ${descriptor[1] === undefined ? "records" : `the dtype ${descriptor[1]}`}`,
      expected: `one of ${Object.keys(kinds).join(", ")}, in either byte order`,
      fix: "convert it in NumPy first, such as array.astype('float32')",
    });
  }
  const dims = shape
    .split(",")
    .map((dim) => dim.trim().replace(/L$/, ""))
    .filter((dim) => dim !== "")
    .map(Number);
  if (dims.length > RANK_LIMIT || dims.some((dim) => !Number.isSafeInteger(dim)))
    throw badHeader(name, `its shape is (${shape})`);
  const size = claimedElements(dims) * elements[element].bytes;
  const there = bytes.length - start;
  if (size !== there) {
    const missing = size > there;
    throw new CongruentError({
      code: missing ? "E_NPY_TRUNCATED" : "E_NPY_TRAILING",
      what: `${name} ${missing ? "is cut off" : "continues after its array"}: ${there} bytes of values`,
      expected: `${size} bytes for the shape (${dims.join(", ")})`,
      fix: "write or get the file again",
    });
  }
  // "=" is the byte order of the machine that wrote it; in practice every one of them is little-endian.
  const data = decode(element, bytes.subarray(start), order !== ">");
  const { dtype } = elements[element];
  const result = { data, dims, dtype } as Tensor;
  return fortran === "True" ? rowMajor(result) : result;
}

/**
 * A tensor as the bytes of an npy file (version 1, little-endian, C order), as `numpy.save` writes it.
 *
 * @example
 * ```ts
 * writeNpy({ data: new Float32Array(6), dims: [2, 3], dtype: "float32" }).length; // => 152
 * ```
 */
export function writeNpy(tensor: Tensor): Uint8Array {
  const { dims, dtype, data } = tensor;
  const shape = dims.length === 1 ? `(${dims[0]},)` : `(${dims.join(", ")})`;
  // NumPy leaves room for the first dim to grow to 21 digits.
  const room = dims.length === 0 ? 0 : Math.max(0, 21 - String(dims[0]).length);
  const text = `{'descr': '${descriptors[dtype]}', 'fortran_order': False, 'shape': ${shape}, }${" ".repeat(room)}`;
  // The values begin at a multiple of 64, so that readers may map them into memory.
  const start = Math.ceil((10 + text.length + 1) / 64) * 64;
  const bytes = new Uint8Array(start + data.length * elements[dtype].bytes);
  bytes.set(MAGIC);
  bytes[6] = 1;
  new DataView(bytes.buffer).setUint16(8, start - 10, true);
  bytes.set(new TextEncoder().encode(`${text.padEnd(start - 11)}\n`), 10);
  encode(dtype, data, bytes.subarray(start), true);
  return bytes;
}

function header(bytes: Uint8Array, name: string): { start: number; text: string } {
  if (bytes.length < MAGIC.length || MAGIC.some((byte, i) => bytes[i] !== byte)) {
    throw new CongruentError({
      code: "E_NPY_MAGIC",
      what: `${name} is no npy file`,
      expected: "a file that begins with 93 4e 55 4d 50 59 (\\x93NUMPY)",
      fix: "write it with numpy.save, numpy.savez or writeNpz",
    });
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const version = bytes[6] ?? 0;
  if (version < 1 || version > 3) throw badHeader(name, `its version is ${version}`);
  const prefix = version === 1 ? 10 : 12;
  if (bytes.length < prefix) throw badHeader(name, "it ends inside its header");
  const length = version === 1 ? view.getUint16(8, true) : view.getUint32(8, true);
  if (length > HEADER_LIMIT) throw badHeader(name, `its header claims ${length} bytes`);
  if (bytes.length < prefix + length) throw badHeader(name, "it ends inside its header");
  const decoder = new TextDecoder(version === 3 ? "utf-8" : "latin1");
  return { start: prefix + length, text: decoder.decode(bytes.subarray(prefix, prefix + length)) };
}

function badHeader(name: string, why: string): CongruentError {
  return new CongruentError({
    code: "E_NPY_HEADER",
    what: `${name} has an npy header that cannot be read: ${why}`,
    expected: "version 1, 2 or 3 with descr, fortran_order and shape",
    fix: "write it again with numpy.save or numpy.savez",
  });
}

function rowMajor(source: Tensor): Tensor {
  const { dims, dtype } = source;
  const from = source.data;
  const to = from.slice();
  const strides = dims.map((_, axis) => dims.slice(0, axis).reduce((product, dim) => product * dim, 1));
  const position = dims.map(() => 0);
  for (let i = 0, at = 0; i < to.length; i++) {
    to[i] = from[at]!;
    for (let axis = dims.length - 1; axis >= 0; axis--) {
      at += strides[axis]!;
      if (++position[axis]! < dims[axis]!) break;
      at -= strides[axis]! * dims[axis]!;
      position[axis] = 0;
    }
  }
  return { data: to, dims, dtype } as Tensor;
}
