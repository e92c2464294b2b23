/** What is known of a shape before a graph runs. */

/**
 * A size: a number; a name, where two axes of one name are known to have one size; null where nothing is known. A model's own symbols are
 * no such names, as no runtime insists on them.
 */
export type Dim = number | string | null;
export type Shape = readonly Dim[];

/** Whether two sizes are known to be equal. */
export function same(a: Dim | undefined, b: Dim | undefined): boolean {
  return a !== null && a !== undefined && a === b;
}

export function sameShape(a: Shape | undefined, b: Shape | undefined): boolean {
  return a !== undefined && b !== undefined && a.length === b.length && a.every((dim, i) => same(dim, b[i]));
}

/** The number of elements where all sizes are numbers, else null. */
export function known(shape: Shape): number | null {
  let product = 1;
  for (const dim of shape) {
    if (typeof dim !== "number") return null;
    product *= dim;
  }
  return product;
}

/** As numpy broadcasts: what is known of the result. */
export function broadcast(shapes: readonly (Shape | undefined)[]): Shape | undefined {
  if (shapes.some((shape) => shape === undefined)) return undefined;
  const all = shapes as Shape[];
  const rank = Math.max(...all.map(({ length }) => length));
  return Array.from({ length: rank }, (_, axis) =>
    all
      .map((shape) => (axis - rank + shape.length < 0 ? 1 : (shape[axis - rank + shape.length] as Dim)))
      .reduce(wider),
  );
}

function wider(a: Dim, b: Dim): Dim {
  if (a === 1) return b;
  if (b === 1 || same(a, b)) return a;
  // Whatever is not known is 1 or the same.
  if (typeof a === "number") return a;
  return typeof b === "number" ? b : null;
}
