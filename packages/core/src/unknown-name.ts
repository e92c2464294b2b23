import { closest } from "./closest.js";
import { CongruentError, type ExitCode } from "./errors.js";

/** How an error speaks of a name that is looked up. */
export interface NameKind {
  /** What the name is a name of, in the singular: `sampler`. */
  kind: string;
  /** Of the error for a name that is not known. */
  code: string;
  /** What to do where no known name is near. Default: choose one of those listed. */
  fix?: string;
  /** Default: 2. */
  exit?: ExitCode;
}

/**
 * The error for a name that is not known: what there is, and the name that was probably meant.
 *
 * @example
 * ```ts
 * const error = unknownName("randm", ["random", "grid"], { kind: "sampler", code: "E_SAMPLER" });
 * error.what; // => 'there is no sampler called "randm"'
 * error.expected; // => "one of random, grid"
 * error.fix; // => 'did you mean "random"?'
 * ```
 */
export function unknownName(
  name: string,
  known: readonly string[],
  { kind, code, fix = "choose one of those", exit = 2 }: NameKind,
): CongruentError {
  const meant = closest(name, known);
  return new CongruentError({
    code,
    what: `there is no ${kind} called "${name}"`,
    expected: known.length > 0 ? `one of ${known.join(", ")}` : `a ${kind}; there is none yet`,
    fix: meant === undefined ? fix : `did you mean "${meant}"?`,
    exit,
  });
}
