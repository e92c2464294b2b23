import leven from "leven";

/**
 * The name that a misspelled one was probably meant to be: at most about a third of its letters are wrong. Capitals, dashes and
 * underscores do not count.
 *
 * @returns undefined where no name is near enough; of equally near names, the first
 * @example
 * ```ts
 * closest("lerning_rate", ["learningRate", "momentum"]); // => "learningRate"
 * closest("colour", ["learningRate", "momentum"]); // => undefined
 * ```
 */
export function closest(name: string, known: readonly string[]): string | undefined {
  const [best] = known
    .map((candidate) => ({ candidate, distance: leven(plain(name), plain(candidate)) }))
    .toSorted((a, b) => a.distance - b.distance);
  return best && best.distance <= allowed(best.candidate) ? best.candidate : undefined;
}

function plain(text: string): string {
  return text.toLowerCase().replace(/[-_\s]/g, "");
}

function allowed(candidate: string): number {
  return Math.max(1, Math.round(plain(candidate).length / 3));
}
