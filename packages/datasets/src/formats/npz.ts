import { CongruentError, type Tensor } from "@congruent/core";
import { readNpy, writeNpy } from "./npy.js";
import { readZip, writeZip } from "./zip.js";

/** 1 GiB: ten times what the largest data set here needs. */
const DEFAULT_LIMIT = 2 ** 30;
const SUFFIX = ".npy";

export interface ReadNpzOptions {
  /** Most bytes that the archive may unpack to. Default: 1 GiB. */
  limit?: number;
  /** What the file is called in an error. */
  name?: string;
}

/**
 * The arrays of an npz archive by name (without .npy), as `numpy.savez` and `numpy.savez_compressed` write it.
 *
 * @throws CongruentError `E_ZIP`, `E_ZIP_CRC`, `E_ZIP_BOMB` for the archive, `E_NPZ_MEMBER` for a member that is no
 * npy file by its name, and what `readNpy` throws.
 * @example
 * ```ts
 * const bytes = writeNpz({ labels: { data: Uint8Array.of(5, 0, 4), dims: [3], dtype: "uint8" } });
 * [...readNpz(bytes).labels!.data]; // => [5, 0, 4]
 * ```
 */
export function readNpz(bytes: Uint8Array, options: ReadNpzOptions = {}): Record<string, Tensor> {
  const { limit = DEFAULT_LIMIT, name = "the npz file" } = options;
  const arrays: Record<string, Tensor> = Object.create(null);
  for (const [member, content] of readZip(bytes, { limit, name })) {
    if (!member.endsWith(SUFFIX)) {
      throw new CongruentError({
        code: "E_NPZ_MEMBER",
        what: `${name} has a member ${JSON.stringify(member)}`,
        expected: "names that end in .npy",
        fix: "write the file with numpy.savez or writeNpz",
      });
    }
    arrays[member.slice(0, -SUFFIX.length)] = readNpy(content, `${member} in ${name}`);
  }
  return arrays;
}

/**
 * An npz archive that `numpy.load` reads. The same arrays always give the same bytes.
 *
 * @example
 * ```ts
 * const zeros = { data: new Float32Array(10_000), dims: [10_000], dtype: "float32" } as const;
 * writeNpz({ zeros }, { compress: true }).length < 1000; // => true
 * ```
 */
export function writeNpz(
  arrays: Readonly<Record<string, Tensor>>,
  options: { compress?: boolean } = {},
): Uint8Array {
  const members = Object.entries(arrays).map(
    ([name, array]) => [`${name}${SUFFIX}`, writeNpy(array)] as const,
  );
  return writeZip(Object.fromEntries(members), options.compress ?? false);
}
