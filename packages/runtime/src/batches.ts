import { CongruentError, rows, type Tensor } from "@congruent/core/essentials";
import type { ValueDescription } from "@congruent/onnx/outline";
import { checkFeeds, checkNames, checkTensor, type Feeds } from "./feeds.js";

/**
 * Feeds cut along their first axis into parts of at most `batchSize` samples, as views, each checked.
 *
 * @throws CongruentError `E_BATCH_SIZE`, or one of {@link checkFeeds}
 */
function splitFeeds(feeds: Feeds, batchSize: number, inputs: readonly ValueDescription[]): Feeds[] {
  if (!Number.isInteger(batchSize) || batchSize < 1) {
    throw new CongruentError({
      code: "E_BATCH_SIZE",
      what: `the batch size is ${batchSize}`,
      expected: "a whole number of at least 1",
    });
  }
  checkNames(feeds, inputs);
  // Whole, as cutting would hide data that is too long.
  for (const [name, feed] of Object.entries(feeds)) checkTensor(feed, name);
  const counts = new Set(Object.values(feeds).map((feed) => feed.dims[0] ?? 1));
  if (counts.size > 1) {
    throw new CongruentError({
      code: "E_INPUT_SHAPE",
      what: `the inputs have different numbers of samples: ${[...counts].join(", ")}`,
      expected: "one number of samples in the first axis of every input",
    });
  }
  const [count = 0] = counts;
  const parts: Feeds[] = [];
  // An empty batch is checked once, and refused.
  for (let begin = 0; begin === 0 || begin < count; begin += batchSize) {
    const part = Object.fromEntries(
      Object.entries(feeds).map(([name, feed]) => [name, rows(feed, begin, begin + batchSize)]),
    );
    checkFeeds(part, inputs);
    parts.push(part);
  }
  return parts;
}

/**
 * The outputs of consecutive batches put together along the first axis.
 *
 * @throws CongruentError `E_BATCH_OUTPUT` when an output does not have one row per sample, as then batches cannot be joined.
 */
class OutputJoiner {
  readonly #total: number;
  readonly #joined: Record<string, Tensor> = {};
  #filled = 0;

  constructor(total: number) {
    this.#total = total;
  }

  add(outputs: Record<string, Tensor>, samples: number): void {
    for (const [name, output] of Object.entries(outputs)) {
      const [count, ...rest] = output.dims;
      if (count !== samples) {
        throw new CongruentError({
          code: "E_BATCH_OUTPUT",
          what: `output ${name} has the shape [${output.dims.join(", ")}] for ${samples} ${samples === 1 ? "sample" : "samples"}`,
          expected: "one row per sample; without batchSize the model is run once on everything",
        });
      }
      const stride = output.data.length / samples;
      this.#joined[name] ??= {
        dtype: output.dtype,
        dims: [this.#total, ...rest],
        data: new (output.data.constructor as new (length: number) => Tensor["data"])(stride * this.#total),
      } as Tensor;
      const target = this.#joined[name].data as { set(source: unknown, offset: number): void };
      target.set(output.data, stride * this.#filled);
    }
    this.#filled += samples;
  }

  get outputs(): Record<string, Tensor> {
    return this.#joined;
  }
}

/**
 * Runs feeds in batches and puts the outputs together.
 *
 * @throws CongruentError `E_BATCH_SIZE`, `E_BATCH_OUTPUT`, or one of {@link checkFeeds}
 */
export async function runBatches(
  feeds: Feeds,
  { batchSize, inputs }: { batchSize: number; inputs: readonly ValueDescription[] },
  runOnce: (feeds: Feeds) => Promise<Record<string, Tensor>> | Record<string, Tensor>,
): Promise<Record<string, Tensor>> {
  const parts = splitFeeds(feeds, batchSize, inputs);
  const sizes = parts.map((part) => Object.values(part)[0]?.dims[0] ?? 0);
  const joiner = new OutputJoiner(sizes.reduce((sum, size) => sum + size, 0));
  for (const [index, part] of parts.entries()) joiner.add(await runOnce(part), sizes[index] ?? 0);
  return joiner.outputs;
}
