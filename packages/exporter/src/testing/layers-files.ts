import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";

/** A weight as a file stores it: its entry in the manifest, and its bytes. */
export interface StoredWeight {
  name: string;
  shape: number[];
  dtype: string;
  quantization?: { dtype: string; scale?: number; min?: number };
  bytes: Uint8Array;
}

/** float32 weights as tfjs stores them. */
export function stored(name: string, shape: number[], values: readonly number[]): StoredWeight {
  return { name, shape, dtype: "float32", bytes: new Uint8Array(Float32Array.from(values).buffer) };
}

/**
 * Writes a folder in the tfjs layers format as converters do.
 *
 * @param shardBytes the largest file of weights. Default: one file
 * @returns the path of its model.json
 */
export async function writeLayersFiles(
  folder: string,
  modelTopology: unknown,
  weights: readonly StoredWeight[],
  { shardBytes = Number.POSITIVE_INFINITY, more = {} }: { shardBytes?: number; more?: object } = {},
): Promise<string> {
  await mkdir(folder, { recursive: true });
  const bytes = Buffer.concat(weights.map((weight) => weight.bytes));
  const size = Math.min(shardBytes, Math.max(1, bytes.length));
  const count = Math.ceil(bytes.length / size);
  const paths = Array.from({ length: count }, (_, i) => `group1-shard${i + 1}of${count}.bin`);
  for (const [i, path] of paths.entries()) {
    await writeFile(join(folder, path), bytes.subarray(i * size, (i + 1) * size));
  }
  const entries = weights.map(({ bytes: _, ...entry }) => entry);
  const file = join(folder, "model.json");
  const model = {
    format: "layers-model",
    modelTopology,
    weightsManifest: [{ paths, weights: entries }],
    ...more,
  };
  await writeFile(file, JSON.stringify(model));
  return file;
}
