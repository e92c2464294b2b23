/** Weights whose axes are in another order, such as tfjs' HWIO and ONNX's OIHW. */

/** All orders of so many axes, that of the axes themselves first. */
export function orders(rank: number): number[][] {
  const grow = (head: number[], rest: number[]): number[][] =>
    rest.length === 0
      ? [head]
      : rest.flatMap((axis) =>
          grow(
            [...head, axis],
            rest.filter((other) => other !== axis),
          ),
        );
  return grow(
    [],
    Array.from({ length: rank }, (_, i) => i),
  );
}

/**
 * For each position of a tensor whose axes were put in another order, the position in the one it comes from; in rows, without making a list.
 *
 * @param shape of the tensor that it comes from
 * @param axes which of its axes is the first, the second…
 */
export function* positions(shape: readonly number[], axes: readonly number[]): Generator<number> {
  const strides = shape.map((_, axis) => shape.slice(axis + 1).reduce((a, b) => a * b, 1));
  const sizes = axes.map((axis) => shape[axis] as number);
  const steps = axes.map((axis) => strides[axis] as number);
  const count = sizes.reduce((a, b) => a * b, 1);
  const index = sizes.map(() => 0);
  let position = 0;
  for (let i = 0; i < count; i++) {
    yield position;
    for (let axis = index.length - 1; axis >= 0; axis--) {
      position += steps[axis] as number;
      index[axis] = (index[axis] as number) + 1;
      if ((index[axis] as number) < (sizes[axis] as number)) break;
      position -= (steps[axis] as number) * (sizes[axis] as number);
      index[axis] = 0;
    }
  }
}
