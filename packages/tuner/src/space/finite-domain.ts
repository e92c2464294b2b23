import type { HyperparameterValue } from "@congruent/core/schemas";
import type { Domain } from "./domain.js";

/** A domain of values that are all equally likely, each with a cell of the same length. */
export function finiteDomain<T extends HyperparameterValue>(options: {
  size: number;
  ordered: boolean;
  default: T;
  value: (index: number) => T;
  /** The index of a value; -1 for a value that is not in the domain. */
  index: (value: HyperparameterValue) => number;
}): Domain {
  const { size, ordered, value, index } = options;
  const values = () => Array.from({ length: size }, (_, i) => value(i));
  return {
    ordered,
    size,
    default: options.default,
    at: (position) => value(Math.min(size - 1, Math.floor(position * size))),
    cell(of) {
      const i = index(of);
      return [i / size, (i + 1) / size];
    },
    has: (of) => index(of) >= 0,
    values,
    grid: values,
  };
}

/** A domain of values that are listed. */
export function listedDomain<T extends HyperparameterValue>(values: readonly T[], first: T): Domain {
  return finiteDomain({
    size: values.length,
    ordered: false,
    default: first,
    value: (i) => values[i] as T,
    index: (value) => values.indexOf(value as T),
  });
}
