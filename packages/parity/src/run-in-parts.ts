/** One runtime's way through its samples: batch by batch, each handed over as soon as it is done. Safe in a browser. */
import { type Batching, CongruentError, rows, type Tensor } from "@congruent/core";

type Tensors = Record<string, Tensor>;

/** Consecutive samples that are done: the next ones. */
export interface Part {
  outputs: Tensors;
  samples: number;
  /** Of the model's run alone. */
  milliseconds: number;
}

export interface PartsOptions {
  batching: Batching;
  /**
   * Milliseconds that are left, where time is limited and batches may be smaller than `batching` says: they begin with one sample and grow
   * while there is time, so that a slow runtime has some samples to show. Default: every batch has its size.
   */
  left?: (() => number) | undefined;
}

/** A batch is at most so many times as large as the one before. */
const GROWTH = 4;

/** And takes at most this part of the time that is left, if it takes as long as the one before, sample for sample. */
const SHARE = 0.5;

/**
 * Runs all samples, in order.
 *
 * @param inputs by name, each [samples, …]; of any shape where `batching` says that they are run once
 * @param hand is waited for before the next batch begins
 * @throws CongruentError `E_BATCH_OUTPUT` for an output that has not one row per sample: batches of it cannot be joined
 * @example
 * ```ts
 * const x = tensor("float32", Float32Array.of(1, 2, 3), [3, 1]);
 * const sizes: number[] = [];
 * const run = async (batch: Record<string, Tensor>) => ({ y: batch.x as Tensor });
 * await runInParts(run, { x }, { batching: { mode: "split", size: 2 } }, ({ samples }) => sizes.push(samples));
 * sizes; // => [2, 1]
 * ```
 */
export async function runInParts(
  run: (inputs: Tensors) => Promise<Tensors>,
  inputs: Tensors,
  { batching, left }: PartsOptions,
  hand: (part: Part) => unknown,
): Promise<void> {
  if (batching.mode === "once") {
    await hand(await timed(run, inputs, 1));
    return;
  }
  const total = Object.values(inputs)[0]?.dims[0] ?? 0;
  let size = left ? 1 : batching.size;
  let begin = 0;
  // Where there is no sample at all the model is run once nevertheless, and says what is wrong with that.
  do {
    const end = Math.min(begin + size, total);
    const part = await timed(run, rowsOf(inputs, begin, end), end - begin);
    checkRows(part);
    await hand(part);
    begin = end;
    if (left) size = nextSize(part, batching.size, left());
  } while (begin < total);
}

/**
 * How many samples the next batch has.
 *
 * @param most that a batch may have
 * @param left milliseconds
 */
export function nextSize(
  { samples, milliseconds }: Omit<Part, "outputs">,
  most: number,
  left: number,
): number {
  const fit = Math.floor((left * SHARE * samples) / Math.max(milliseconds, Number.MIN_VALUE));
  return Math.max(1, Math.min(most, samples * GROWTH, fit));
}

async function timed(
  run: (inputs: Tensors) => Promise<Tensors>,
  inputs: Tensors,
  samples: number,
): Promise<Part> {
  const start = performance.now();
  const outputs = await run(inputs);
  return { outputs, samples, milliseconds: performance.now() - start };
}

function rowsOf(inputs: Tensors, begin: number, end: number): Tensors {
  return Object.fromEntries(Object.entries(inputs).map(([name, input]) => [name, rows(input, begin, end)]));
}

function checkRows({ outputs, samples }: Part): void {
  for (const [name, { dims }] of Object.entries(outputs)) {
    if (dims[0] === samples) continue;
    throw new CongruentError({
      code: "E_BATCH_OUTPUT",
      what: `output ${name} has the shape [${dims.join(", ")}] for ${samples} ${samples === 1 ? "sample" : "samples"}`,
      expected: "one row per sample",
      fix: "run the model once on everything (--once)",
    });
  }
}
