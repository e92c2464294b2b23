/** A curve that is drawn: its points in order. */
export interface Curve {
  x: readonly number[];
  y: readonly number[];
}

export interface ThinCurveOptions {
  /** How far, in x or y, the curve may be from the line through the points that are left. */
  tolerance: number;
}

/**
 * The indices of the points that a curve looks the same with: no point left out is further from the line between its kept
 * neighbors than the tolerance. The first and the last point are always kept.
 *
 * Source: D. Douglas, T. Peucker, Algorithms for the reduction of the number of points (1973).
 *
 * @example
 * ```ts
 * thinCurve({ x: [0, 0.1, 0.2, 1], y: [0, 0.9, 0.9001, 1] }, { tolerance: 0.02 }); // => [0, 1, 3]
 * ```
 */
export function thinCurve({ x, y }: Curve, { tolerance }: ThinCurveOptions): number[] {
  const kept = new Set([0, x.length - 1]);
  const stretches: [begin: number, end: number][] = [[0, x.length - 1]];
  for (let stretch = stretches.pop(); stretch; stretch = stretches.pop()) {
    const [begin, end] = stretch;
    let furthest = -1;
    let most = tolerance * tolerance;
    for (let i = begin + 1; i < end; i++) {
      const distance = squaredDistance({ x, y }, i, begin, end);
      if (distance <= most) continue;
      furthest = i;
      most = distance;
    }
    if (furthest < 0) continue;
    kept.add(furthest);
    stretches.push([begin, furthest], [furthest, end]);
  }
  return [...kept].filter((index) => index >= 0).sort((a, b) => a - b);
}

/** The square of a point's distance from the stretch between two others. */
function squaredDistance({ x, y }: Curve, point: number, begin: number, end: number): number {
  const [dx, dy] = [x[end]! - x[begin]!, y[end]! - y[begin]!];
  const [px, py] = [x[point]! - x[begin]!, y[point]! - y[begin]!];
  const length = dx * dx + dy * dy;
  const along = length === 0 ? 0 : Math.min(1, Math.max(0, (px * dx + py * dy) / length));
  return (px - along * dx) ** 2 + (py - along * dy) ** 2;
}
