/** Arithmetic on rows of doubles, each operation in a loop of its own, where an engine can keep it free of calls. */

/** `to[at + i] = f(a[startA + i · stepA], b[startB + i · stepB])` for i below `length`. */
export type Rows = (
  a: Float64Array,
  startA: number,
  stepA: number,
  b: Float64Array,
  startB: number,
  stepB: number,
  to: Float64Array,
  at: number,
  length: number,
) => void;

export const plus = (a: number, b: number) => a + b;
export const minus = (a: number, b: number) => a - b;
export const times = (a: number, b: number) => a * b;
export const over = (a: number, b: number) => a / b;

const addRows: Rows = (a, startA, stepA, b, startB, stepB, to, at, length) => {
  for (let i = 0, k = startA, l = startB; i < length; i++, k += stepA, l += stepB) {
    to[at + i] = (a[k] as number) + (b[l] as number);
  }
};

const subtractRows: Rows = (a, startA, stepA, b, startB, stepB, to, at, length) => {
  for (let i = 0, k = startA, l = startB; i < length; i++, k += stepA, l += stepB) {
    to[at + i] = (a[k] as number) - (b[l] as number);
  }
};

const multiplyRows: Rows = (a, startA, stepA, b, startB, stepB, to, at, length) => {
  for (let i = 0, k = startA, l = startB; i < length; i++, k += stepA, l += stepB) {
    to[at + i] = (a[k] as number) * (b[l] as number);
  }
};

const divideRows: Rows = (a, startA, stepA, b, startB, stepB, to, at, length) => {
  for (let i = 0, k = startA, l = startB; i < length; i++, k += stepA, l += stepB) {
    to[at + i] = (a[k] as number) / (b[l] as number);
  }
};

/** The loop of an operation that has one of its own. */
export const rowsOf: ReadonlyMap<(a: number, b: number) => number, Rows> = new Map([
  [plus, addRows],
  [minus, subtractRows],
  [times, multiplyRows],
  [over, divideRows],
]);

/** The loop of any other function. */
export function plainRows(f: (a: number, b: number) => number): Rows {
  return (a, startA, stepA, b, startB, stepB, to, at, length) => {
    for (let i = 0, k = startA, l = startB; i < length; i++, k += stepA, l += stepB) {
      to[at + i] = f(a[k] as number, b[l] as number);
    }
  };
}
