/** Parzen estimators over the unit interval (Bergstra et al. 2011), with Optuna's bandwidths and weights. */
import type { HyperparameterValue } from "@congruent/core/schemas";
import type { Domain } from "../space/domain.js";

/** A density over the cells of a domain. */
export interface Parzen {
  /** A position of [0, 1), drawn with some evenly spread numbers. */
  sample(next: () => number): number;
  /** Probability of a cell [from, to]; the density where it is a point. */
  likelihood(cell: readonly [number, number]): number;
}

/**
 * The density of values that were seen.
 *
 * @param values the oldest first
 */
export function parzenOf(domain: Domain, values: readonly HyperparameterValue[]): Parzen {
  const positions = values.map((value) => {
    const [from, to] = domain.cell(value);
    return (from + to) / 2;
  });
  return domain.ordered ? orderedParzen(positions) : unorderedParzen(positions, domain.size as number);
}

/** Weight of the prior, a kernel as wide as the interval. */
const PRIOR = 1;
/** How many of the latest observations have full weight; older ones have less, the oldest least. */
const FULL_WEIGHT = 25;

/** Later observations count fully, older ones less. */
function recencyWeights(count: number): number[] {
  const ramp = Math.max(0, count - FULL_WEIGHT);
  return Array.from({ length: count }, (_, i) => {
    if (i >= ramp) return 1;
    // numpy.linspace(1 / count, 1, ramp)
    return ramp === 1 ? 1 / count : 1 / count + ((1 - 1 / count) * i) / (ramp - 1);
  });
}

/** The width of each kernel: the larger gap to a neighbor, or of a single one to a border, within limits. */
function bandwidths(positions: readonly number[]): number[] {
  const sorted = [...positions.keys()].sort((a, b) => (positions[a] as number) - (positions[b] as number));
  const least = 1 / Math.min(100, positions.length + 2);
  const at = (rank: number) => positions[sorted[rank] as number] as number;
  const widths: number[] = [];
  for (const [rank, i] of sorted.entries()) {
    const alone = sorted.length === 1;
    const left = rank > 0 ? at(rank) - at(rank - 1) : alone ? at(rank) : 0;
    const right = rank < sorted.length - 1 ? at(rank + 1) - at(rank) : alone ? 1 - at(rank) : 0;
    widths[i] = Math.min(1, Math.max(least, left, right));
  }
  return widths;
}

/** Of values whose order means something: a mixture of normal distributions, cut off at the borders. */
function orderedParzen(positions: readonly number[]): Parzen {
  const means = [...positions, 0.5];
  const widths = [...bandwidths(positions), 1];
  const weights = normalized([...recencyWeights(positions.length), PRIOR]);
  const masses = means.map(
    (mean, i) => normal((1 - mean) / (widths[i] as number)) - normal(-mean / (widths[i] as number)),
  );
  return {
    sample(next) {
      const kernel = pick(weights, next());
      const [mean, width] = [means[kernel] as number, widths[kernel] as number];
      for (;;) {
        // Box and Muller's normal number; what falls outside is drawn again: one of three falls inside at worst.
        const drawn = Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
        const position = mean + width * drawn;
        if (position >= 0 && position < 1) return position;
      }
    },
    likelihood: ([from, to]) =>
      means.reduce((sum, mean, i) => {
        const width = widths[i] as number;
        const mass =
          from === to
            ? Math.exp(-(((from - mean) / width) ** 2) / 2) / (width * Math.sqrt(2 * Math.PI))
            : normal((to - mean) / width) - normal((from - mean) / width);
        return sum + ((weights[i] as number) * mass) / (masses[i] as number);
      }, 0),
  };
}

/** Of values without an order: how often each was seen. */
function unorderedParzen(positions: readonly number[], size: number): Parzen {
  const kernels = positions.length + 1;
  const weights = normalized([...recencyWeights(positions.length), PRIOR]);
  const prior = PRIOR / kernels;
  const shares = Array.from({ length: size }, () => 0);
  for (const [i, weight] of weights.entries()) {
    const seen = i < positions.length ? Math.floor((positions[i] as number) * size) : -1;
    for (let k = 0; k < size; k++) {
      const share = seen === -1 ? 1 / size : ((k === seen ? 1 : 0) + prior) / (1 + size * prior);
      shares[k] = (shares[k] as number) + weight * share;
    }
  }
  return {
    sample: (next) => (pick(shares, next()) + 0.5) / size,
    likelihood: ([from]) => shares[Math.round(from * size)] as number,
  };
}

function normalized(weights: readonly number[]): number[] {
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return weights.map((weight) => weight / sum);
}

/** The position of a share of weights that sum to 1. */
function pick(weights: readonly number[], share: number): number {
  let sum = 0;
  for (const [i, weight] of weights.entries()) {
    sum += weight;
    if (share < sum) return i;
  }
  return weights.length - 1;
}

/** The normal distribution function: a series near the middle, a continued fraction in the tails. */
function normal(z: number): number {
  const x = Math.abs(z) / Math.SQRT2;
  const upper = x < 2.5 ? 1 - series(x) : fraction(x);
  return z < 0 ? upper / 2 : 1 - upper / 2;
}

/** erf(x) by its Taylor series (Abramowitz and Stegun 7.1.6). */
function series(x: number): number {
  let term = x;
  let sum = x;
  for (let n = 1; Math.abs(term) > 1e-17 * sum && n < 200; n++) {
    term *= (2 * x * x) / (2 * n + 1);
    sum += term;
  }
  return (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * sum;
}

/** erfc(x) by its continued fraction (Abramowitz and Stegun 7.1.14). */
function fraction(x: number): number {
  let value = x;
  for (let n = 60; n >= 1; n--) value = x + n / 2 / value;
  return Math.exp(-x * x) / (Math.sqrt(Math.PI) * value);
}
