import type { Dimension } from "../dimensions.js";

/** What the free axes of an input are called, by its number of axes. The first is always the batch. */
const NAMES: Readonly<Record<number, readonly string[]>> = {
  3: ["batch", "time", "features"],
  4: ["batch", "height", "width", "channels"],
  5: ["batch", "depth", "height", "width", "channels"],
};

/**
 * The shape of an input with names for what is free. All inputs share the batch, as tfjs demands; other free axes belong to their input.
 *
 * @param prefix the input's name, where the model has several; "" where it has one
 * @example
 * ```ts
 * namedShape([null, null, null, 3], ""); // => ["batch", "height", "width", 3]
 * namedShape([null, null, 5], "left"); // => ["batch", "left_time", 5]
 * ```
 */
export function namedShape(shape: readonly (number | null)[], prefix: string): Dimension[] {
  return shape.map((size, axis) => {
    if (size !== null) return size;
    if (axis === 0) return "batch";
    const name = NAMES[shape.length]?.[axis] ?? `axis${axis}`;
    return prefix === "" ? name : `${prefix}_${name}`;
  });
}
