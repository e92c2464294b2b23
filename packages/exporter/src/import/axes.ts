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
