/** The masks of ONNX Runtime's own attention. */
import type { Heads } from "./attend.js";
import type { Composer } from "./composer.js";

/**
 * What a mask of ONNX Runtime adds to the scores: nothing, or the filter's value. [batch] lengths, [2 · batch] ends and begins, [batch, total]
 * or [batch, length, total] ones and zeros.
 */
export function maskBias(
  c: Composer,
  index: number,
  { batch, length, total }: Pick<Heads, "batch" | "length" | "total">,
): string {
  const mask = c.call.optional(index);
  if (!mask) return "";
  const { dims } = mask;
  const values = c.call.numbers(index);
  const { dtype } = c.call.input(0);
  const type = dtype === "uint8" || dtype === "int8" ? "float32" : dtype;
  const filter = c.call.float("mask_filter_value", -10000);
  const fill = (rows: number, kept: (n: number, s: number, t: number) => boolean) => {
    const data = Float64Array.from({ length: batch * rows * total }, (_, at) => {
      const [n, s, t] = [Math.floor(at / (rows * total)), Math.floor(at / total) % rows, at % total];
      return kept(n, s, t) ? 0 : filter;
    });
    return c.constant({ dtype: type, dims: [batch, 1, rows, total], data });
  };
  if (dims.length === 1 && dims[0] === batch) return fill(1, (n, _, t) => t < (values[n] as number));
  if (dims.length === 1 && dims[0] === 2 * batch)
    return fill(1, (n, _, t) => t < (values[n] as number) && t >= (values[batch + n] as number));
  if (dims.join() === [batch, total].join())
    return fill(1, (n, _, t) => (values[n * total + t] as number) > 0);
  if (dims.join() === [batch, length, total].join())
    return fill(length, (n, s, t) => (values[(n * length + s) * total + t] as number) > 0);
  return c.call.refuse(`a mask [${dims.join(", ")}] is not computed here`, "E_NODE_SHAPE");
}

/** Hides the keys that come after a query. */
export const later = (before: number) => (_: number, _head: number, query: number, key: number) =>
  key > before + query;
