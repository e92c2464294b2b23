import { type Batching, CongruentError, rows, type Tensor, type TensorData, tensor } from "@congruent/core";
import type { Model } from "@congruent/runtime";

export type Tensors = Readonly<Record<string, Tensor>>;

export interface BatchedRun {
  outputs: Tensors;
  /** Inference alone, without fetching, slicing and joining. */
  seconds: number;
  /** Milliseconds of each batch. */
  runs: number[];
}

/**
 * Runs all samples, cut into batches as told.
 *
 * @param inputs by name, each [samples, …]
 * @param onProgress told how many samples are done after each batch
 * @throws CongruentError `E_BATCH` when the inputs differ in their number of samples, or an output's first axis is
 * not the batch although there is more than one.
 */
export async function runBatches(
  model: Model,
  inputs: Tensors,
  batching: Batching,
  onProgress: (done: number, total: number) => void = () => {},
): Promise<BatchedRun> {
  if (batching.mode === "once") return runOnce(model, inputs, onProgress);
  const { size } = batching;
  const total = sampleCount(inputs);
  const parts: Tensors[] = [];
  const runs: number[] = [];
  for (let begin = 0; begin < total; begin += size) {
    const end = Math.min(begin + size, total);
    const batch = mapTensors(inputs, (input) => rows(input, begin, end));
    const start = performance.now();
    parts.push(await model.run(batch));
    runs.push(performance.now() - start);
    onProgress(end, total);
    // Lets the page paint: wasm runs on the page's own thread.
    await new Promise((resolve) => setTimeout(resolve));
  }
  const [first = {}] = parts;
  const outputs = mapTensors(first, (_, name) =>
    join(
      name,
      parts.map((part) => part[name]!),
      total,
    ),
  );
  return { outputs, seconds: runs.reduce((sum, run) => sum + run, 0) / 1000, runs };
}

async function runOnce(
  model: Model,
  inputs: Tensors,
  onProgress: (done: number, total: number) => void,
): Promise<BatchedRun> {
  const start = performance.now();
  const outputs = await model.run(inputs);
  const run = performance.now() - start;
  onProgress(1, 1);
  return { outputs, seconds: run / 1000, runs: [run] };
}

/** The size of the first axis, which all inputs share. */
export function sampleCount(inputs: Tensors): number {
  const counts = new Set(Object.values(inputs).map((input) => input.dims[0] ?? 0));
  const [count = 0, ...others] = counts;
  if (others.length > 0) {
    throw new CongruentError({
      code: "E_BATCH",
      what: `the inputs differ in their number of samples: ${[...counts].join(", ")}`,
      expected: "one number for all inputs",
    });
  }
  return count;
}

function join(name: string, parts: readonly Tensor[], total: number): Tensor {
  const [first] = parts;
  if (parts.length === 1) return first!;
  const samples = parts.reduce((sum, part) => sum + (part.dims[0] ?? 0), 0);
  if (samples !== total) {
    throw new CongruentError({
      code: "E_BATCH",
      what: `the batches of output ${name} have ${samples} rows together, for ${total} samples`,
      expected: "one row a sample",
      fix: "run all samples in one batch",
    });
  }
  const { data, dims, dtype } = first!;
  const array = data.constructor as new (length: number) => TensorData[typeof dtype];
  const joined = new array(parts.reduce((sum, part) => sum + part.data.length, 0));
  let offset = 0;
  for (const part of parts) {
    (joined as { set(source: ArrayLike<unknown>, offset: number): void }).set(part.data, offset);
    offset += part.data.length;
  }
  return tensor(dtype, joined, [total, ...dims.slice(1)]);
}

function mapTensors(
  source: Tensors,
  change: (value: Tensor, name: string) => Tensor,
): Record<string, Tensor> {
  return Object.fromEntries(Object.entries(source).map(([name, value]) => [name, change(value, name)]));
}
