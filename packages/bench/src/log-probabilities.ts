import { rows, tensor } from "@congruent/core";
import type { Split } from "@congruent/datasets";
import { load } from "@congruent/runtime";

/** The least that counts: beyond it there are only the last bits of a float32. */
const LEAST = 1e-30;

/** Logarithms of the first images' probabilities by onnxruntime-node; none where the model has no such output. */
export async function logProbabilitiesOf(path: string, { images }: Split, count: number): Promise<number[]> {
  const first = rows(images, 0, count);
  const model = await load(path, { runtime: "node-cpu" });
  try {
    const { probabilities } = await model.run({
      pixels: tensor("float32", new Float32Array(first.data), first.dims),
    });
    if (probabilities?.dtype !== "float32") return [];
    return Array.from(probabilities.data, (value) => Math.log(Math.max(LEAST, value)));
  } finally {
    await model.close();
  }
}
