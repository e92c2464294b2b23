import type { Dataset } from "./protocol.js";

/**
 * Whether two data sets are the same: made of the same files, whatever they and the data sets are called. Where one of
 * them has no hashes, its name decides.
 *
 * @example
 * ```ts
 * const trained = { name: "digits", sha256: { "train.csv": "a1", "test.csv": "b2" } };
 * isSameData(trained, { name: "renamed", sha256: { "test.csv": "b2", "train.csv": "a1" } }); // => true
 * isSameData(trained, { name: "digits", sha256: { "train.csv": "c3", "test.csv": "b2" } }); // => false
 * isSameData(trained, { name: "digits", sha256: {} }); // => true
 * ```
 */
export function isSameData(
  one: Pick<Dataset, "name" | "sha256">,
  other: Pick<Dataset, "name" | "sha256">,
): boolean {
  const [a, b] = [one, other].map(({ sha256 }) => Object.values(sha256).sort().join());
  return a === "" || b === "" ? one.name === other.name : a === b;
}
