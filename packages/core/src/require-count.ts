import { CongruentError } from "./errors.js";

/**
 * Refuses what is no number of things, of which there is at least one.
 *
 * @param name what the caller gave it as
 * @throws CongruentError of the given code
 * @example
 * ```ts
 * requireCount(3, "batchSize", "E_BATCH_SIZE"); // => undefined
 * ```
 */
export function requireCount(value: number, name: string, code: string): void {
  if (Number.isInteger(value) && value > 0) return;
  throw new CongruentError({
    code,
    what: `${name} is ${value}`,
    expected: "a whole number of at least 1",
    fix: `correct ${name}`,
  });
}
