/** Work in parts that fit in memory. */
import { CongruentError } from "@congruent/core";

/**
 * Collects items until they take `limit` bytes, then passes them on and frees them.
 *
 * @example
 * ```ts
 * const seen = [];
 * const cuts = new Cuts(10, async (items) => void seen.push(items));
 * for (const item of ["a", "b", "c"]) await cuts.add(item, 4);
 * await cuts.finish();
 * seen; // => [["a", "b"], ["c"]]
 * cuts.largest; // => 8
 * ```
 */
export class Cuts<T> {
  #items: T[] = [];
  #bytes = 0;
  #largest = 0;
  #count = 0;

  constructor(
    private readonly limit: number,
    private readonly work: (items: readonly T[]) => Promise<void>,
  ) {}

  /** How many parts were passed on. */
  get count(): number {
    return this.#count;
  }

  /** Bytes of the largest part. */
  get largest(): number {
    return this.#largest;
  }

  /** @throws CongruentError `E_MEMORY` for an item that alone takes more than the limit */
  async add(item: T, bytes: number, name = "one item"): Promise<void> {
    if (bytes > this.limit) throw tooLarge(name, bytes, this.limit);
    if (this.#bytes + bytes > this.limit) await this.finish();
    this.#items.push(item);
    this.#bytes += bytes;
    this.#largest = Math.max(this.#largest, this.#bytes);
  }

  /** Passes on what is left. */
  async finish(): Promise<void> {
    if (this.#items.length === 0) return;
    const items = this.#items;
    this.#items = [];
    this.#bytes = 0;
    this.#count++;
    await this.work(items);
  }
}

function tooLarge(name: string, bytes: number, limit: number): CongruentError {
  const megabytes = (value: number) => `${Math.ceil(value / 2 ** 20)} MB`;
  return new CongruentError({
    code: "E_MEMORY",
    what: `the values of ${name} alone take ${megabytes(bytes)}, and a cut may take ${megabytes(limit)}`,
    fix: "allow more (--max-memory), or give fewer samples",
  });
}

/**
 * Runs a list of items at once. If that breaks, runs each half by itself, down to the single items that break it.
 *
 * @param run null where it went well, else how it broke
 * @returns the items that break by themselves
 */
export async function halving<T, B>(
  items: readonly T[],
  run: (items: readonly T[]) => Promise<B | null>,
): Promise<{ item: T; broken: B }[]> {
  const broken = await run(items);
  if (broken === null) return [];
  const [item] = items;
  if (items.length === 1 && item !== undefined) return [{ item, broken }];
  const middle = Math.ceil(items.length / 2);
  const [left, right] = [items.slice(0, middle), items.slice(middle)];
  return [...(await halving(left, run)), ...(await halving(right, run))];
}
