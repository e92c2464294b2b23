/**
 * A name of recipes as Python writes it. A capital that begins a name is kept: `C` is scikit-learn's own.
 *
 * @example
 * ```ts
 * pythonName("maxIter"); // => "max_iter"
 * pythonName("kNeighbors"); // => "k_neighbors"
 * pythonName("C"); // => "C"
 * ```
 */
export function pythonName(name: string): string {
  return name.replace(/(?<=[a-z])[A-Z]/g, (capital) => `_${capital.toLowerCase()}`);
}
