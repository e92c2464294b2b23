/** An output element by element: how the differences are spread, and where the worst of them are. */
import { numbersOf, type Tensor } from "@congruent/core/essentials";
import type { OutputDetail } from "@congruent/core/schemas";

type Element = OutputDetail["worst"][number]["expected"];

/** Elements that a report names. */
const WORST = 5;

/** One element that differs; those that cannot be subtracted are infinitely far apart. */
interface Far {
  position: number;
  distance: number;
}

/**
 * @param baseline and `observed` of one shape and type
 * @example
 * ```ts
 * const one = tensor("float32", Float32Array.of(1, 2, Number.NaN), [3]);
 * const detail = detailOf(one, tensor("float32", Float32Array.of(1, 2.5, Number.NaN), [3]));
 * [detail.finite, detail.nonFinite, detail.equal, detail.histogram]; // => [2, 1, 1, [{ power: -1, count: 1 }]]
 * detail.worst; // => [{ at: [1], expected: 2, observed: 2.5 }]
 * ```
 */
export function detailOf(baseline: Tensor, observed: Tensor): OutputDetail {
  const powers = new Map<number, number>();
  const far: Far[] = [];
  const [expected, got] = [numbersOf(baseline), numbersOf(observed)];
  const counts = { finite: 0, nonFinite: 0, misplaced: 0, zeroSigns: 0, equal: 0 };
  for (let i = 0; i < expected.length; i++) {
    const a = Number(expected[i]);
    const b = Number(got[i]);
    if (Number.isFinite(a) && Number.isFinite(b)) {
      counts.finite++;
      const distance = Math.abs(a - b);
      if (distance === 0) {
        counts.equal++;
        if (a === 0 && !Object.is(a, b)) counts.zeroSigns++;
      } else {
        const power = Math.floor(Math.log10(distance));
        powers.set(power, (powers.get(power) ?? 0) + 1);
        keep(far, { position: i, distance });
      }
    } else if (Object.is(a, b)) {
      counts.nonFinite++;
    } else {
      counts.misplaced++;
      keep(far, { position: i, distance: Number.POSITIVE_INFINITY });
    }
  }
  return {
    ...counts,
    histogram: [...powers.entries()].sort(([a], [b]) => a - b).map(([power, count]) => ({ power, count })),
    worst: far.map(({ position }) => ({
      at: indicesOf(position, baseline.dims),
      expected: element(Number(expected[position])),
      observed: element(Number(got[position])),
    })),
  };
}

/** Keeps the list short and in falling order. */
function keep(far: Far[], next: Far): void {
  const last = far[WORST - 1];
  if (last && last.distance >= next.distance) return;
  const index = far.findIndex(({ distance }) => distance < next.distance);
  far.splice(index === -1 ? far.length : index, 0, next);
  far.length = Math.min(far.length, WORST);
}

function indicesOf(position: number, dims: readonly number[]): number[] {
  let rest = position;
  return dims
    .toReversed()
    .map((dim) => {
      const index = rest % dim;
      rest = (rest - index) / dim;
      return index;
    })
    .toReversed();
}

function element(value: number): Element {
  return Number.isFinite(value) ? value : (String(value) as Element);
}
