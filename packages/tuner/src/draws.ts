import { createHash } from "node:crypto";

/**
 * Evenly spread numbers of [0, 1) that depend on their key alone, not on what was drawn before: a resumed search
 * draws what it would have drawn without the interruption.
 *
 * @param key the seed, the trial, what is drawn: anything that says which draw this is
 * @returns the next number of this key at each call
 *
 * @example
 * ```ts
 * drawsOf(42, 3, "units")() === drawsOf(42, 3, "units")(); // => true
 * const next = drawsOf(42, 3, "units");
 * next() === next(); // => false
 * ```
 */
export function drawsOf(...key: readonly (string | number)[]): () => number {
  const prefix = JSON.stringify(key);
  let block = Buffer.alloc(0);
  let count = 0;
  return () => {
    const at = (count % DRAWS) * 8;
    if (at === 0)
      block = createHash("sha256")
        .update(`${prefix}${count / DRAWS}`)
        .digest();
    count += 1;
    // 53 bits: all that a number in [0, 1) can tell apart.
    return (block.readUInt32BE(at) * 2 ** 21 + (block.readUInt32BE(at + 4) >>> 11)) / 2 ** 53;
  };
}

/** In each hash of 32 bytes. */
const DRAWS = 4;
