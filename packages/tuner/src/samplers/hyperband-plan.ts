/** A successive halving: `trials` configurations with `epochs` each, the best of them with more, and so on. */
export interface Bracket {
  /** The paper's s: how often the configurations are thinned out. */
  halvings: number;
  rungs: { trials: number; epochs: number }[];
}

/**
 * The brackets of Hyperband (Li et al. 2018, Algorithm 1): those that try most come first.
 *
 * @param maxEpochs the paper's R
 * @param factor the paper's eta: one in this many advances
 *
 * @example
 * ```ts
 * hyperbandPlan(9, 3).map(({ rungs }) => rungs.map(({ trials, epochs }) => `${trials}×${epochs}`).join(" "));
 * // => ["9×1 3×3 1×9", "5×3 1×9", "3×9"]
 * ```
 */
export function hyperbandPlan(maxEpochs: number, factor: number): Bracket[] {
  let most = 0;
  // log(243) / log(3) is 4.999…: counted, not computed.
  while (factor ** (most + 1) <= maxEpochs) most += 1;
  return Array.from({ length: most + 1 }, (_, i) => {
    const halvings = most - i;
    const first = Math.ceil(((most + 1) * factor ** halvings) / (halvings + 1));
    const rungs = Array.from({ length: halvings + 1 }, (_, rung) => ({
      trials: Math.floor(first / factor ** rung),
      epochs: Math.max(1, Math.round(maxEpochs / factor ** (halvings - rung))),
    }));
    return { halvings, rungs };
  });
}
