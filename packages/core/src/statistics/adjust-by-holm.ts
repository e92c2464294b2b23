/**
 * p-values of several tests made together, so that the chance of calling any equal pair different stays below the level that
 * they are compared with: Holm's step-down method.
 *
 * Source: S. Holm, A simple sequentially rejective multiple test procedure (1979); R's `p.adjust(p, "holm")`.
 *
 * @returns the adjusted p-values, 0..1, in the order of those given
 * @example
 * ```ts
 * adjustByHolm([0.01, 0.04, 0.03]); // => [0.03, 0.06, 0.06]
 * ```
 */
export function adjustByHolm(pValues: readonly number[]): number[] {
  const order = pValues.map((_, i) => i).sort((a, b) => pValues[a]! - pValues[b]!);
  const adjusted = new Array<number>(pValues.length).fill(0);
  let highest = 0;
  for (const [rank, i] of order.entries()) {
    highest = Math.max(highest, Math.min(1, (pValues.length - rank) * pValues[i]!));
    adjusted[i] = highest;
  }
  return adjusted;
}
