/** Orders of axes, as Transpose's `perm`: axis i of the result is axis perm[i] of what is given. */
export type Permutation = readonly number[];

export function identity(rank: number): Permutation {
  return Array.from({ length: rank }, (_, i) => i);
}

export function isIdentity(perm: Permutation): boolean {
  return perm.every((axis, i) => axis === i);
}

/** One order, then another. */
export function then(first: Permutation, second: Permutation): Permutation {
  return second.map((axis) => first[axis] as number);
}

export function inverse(perm: Permutation): Permutation {
  const back = new Array<number>(perm.length);
  perm.forEach((axis, i) => {
    back[axis] = i;
  });
  return back;
}

export function equal(a: Permutation, b: Permutation): boolean {
  return a.length === b.length && a.every((axis, i) => axis === b[i]);
}

/** What is left of an order when axes of what is given are taken away. */
export function without(perm: Permutation, axes: readonly number[]): Permutation {
  const left = perm.filter((axis) => !axes.includes(axis));
  const rest = [...left].sort((a, b) => a - b);
  return left.map((axis) => rest.indexOf(axis));
}
