/** Sizes of axes, and how layers compute with them: a number, or the name of a size that is not known before the model runs. */

/** A named size may be a formula over names: `ceil(height/2)`. The same computation gives the same text, so equal texts are equal sizes. */
export type Dimension = number | string;

/** Formulas other than a name or a call are put into parentheses. */
const atom = (name: string) => (/^[\w.]+$|^(ceil|floor|max)\([^()]*\)$/.test(name) ? name : `(${name})`);

/**
 * @example
 * ```ts
 * add(5, 2); // => 7
 * add("height", 2); // => "height+2"
 * add("height+2", -2); // => "height"
 * ```
 */
export function add(size: Dimension, more: number): Dimension {
  if (typeof size === "number") return size + more;
  const parts = /^(.+?)([+-]\d+)$/.exec(size);
  const [base, sum] = parts?.[1] ? [parts[1], Number(parts[2]) + more] : [size, more];
  if (sum === 0) return base;
  return sum < 0 ? `${base}${sum}` : `${base}+${sum}`;
}

/** The sum of two sizes, of which none need be known. */
export function sum(a: Dimension, b: Dimension): Dimension {
  if (typeof b === "number") return add(a, b);
  return typeof a === "number" ? add(b, a) : `${a}+${b}`;
}

/**
 * @example
 * ```ts
 * times("height", 2); // => "2*height"
 * ```
 */
export function times(size: Dimension, factor: number): Dimension {
  if (typeof size === "number") return size * factor;
  return factor === 1 ? size : `${factor}*${atom(size)}`;
}

/**
 * A size divided and rounded up.
 *
 * @example
 * ```ts
 * divideUp(5, 2); // => 3
 * divideUp("height", 2); // => "ceil(height/2)"
 * ```
 */
export function divideUp(size: Dimension, divisor: number): Dimension {
  if (typeof size === "number") return Math.ceil(size / divisor);
  return divisor === 1 ? size : `ceil(${atom(size)}/${divisor})`;
}

/** Whether two shapes are known to be equal. */
export function sameShape(a: readonly Dimension[], b: readonly Dimension[]): boolean {
  return a.length === b.length && a.every((size, axis) => size === b[axis]);
}

/**
 * The shape of an element-by-element operation, by ONNX's rules: aligned at the last axis, and a size of 1 spreads. Null where the shapes do not fit.
 *
 * @example
 * ```ts
 * broadcast(["batch", 3, 1], [4]); // => ["batch", 3, 4]
 * broadcast([2], [3]); // => null
 * ```
 */
export function broadcast(a: readonly Dimension[], b: readonly Dimension[]): Dimension[] | null {
  const rank = Math.max(a.length, b.length);
  const shape: Dimension[] = [];
  for (let axis = 0; axis < rank; axis++) {
    const x = a[axis - rank + a.length] ?? 1;
    const y = b[axis - rank + b.length] ?? 1;
    const size = spread(x, y);
    if (size === null) return null;
    shape.push(size);
  }
  return shape;
}

function spread(x: Dimension, y: Dimension): Dimension | null {
  if (x === y || y === 1) return x;
  if (x === 1) return y;
  if (typeof x === "number" && typeof y === "number") return null;
  // A named size beside a number must be that number, or 1.
  if (typeof x === "number") return x;
  return typeof y === "number" ? y : `max(${x},${y})`;
}
