/**
 * The one error class of the project. Every bad input or missing tool ends in one of these: what happened,
 * what was expected, how to fix it, and a stable code that scripts and tests may rely on.
 */

import { withoutTerminalCodes } from "./terminal-codes.js";

/**
 * Process exit codes of the command line: 1 a check says no, 2 bad input or usage, 3 a runtime or tool is absent, 130
 * and 143 ended by a person (Ctrl-C) or by the system (SIGTERM).
 */
export type ExitCode = 1 | 2 | 3 | 130 | 143;

export interface CongruentErrorOptions {
  /** Stable, upper-case, `E_` first: `E_IDX_MAGIC`. */
  code: string;
  /** What happened, with the offending value and the name of the file or tensor. */
  what: string;
  /** What would have been right. */
  expected?: string | undefined;
  /** What the user can do, as a command where there is one. */
  fix?: string | undefined;
  /** Which exit code a command ends with because of this error. Default: 2 (bad input). */
  exit?: ExitCode;
  cause?: unknown;
}

/**
 * @example
 * ```ts
 * const error = new CongruentError({
 *   code: "E_IDX_MAGIC",
 *   what: "labels.gz does not begin with an IDX magic number",
 *   expected: "00 00 08 01",
 *   fix: "download the file again",
 * });
 * error.message;
 * // => "labels.gz does not begin with an IDX magic number\n  expected: 00 00 08 01\n  fix: download the file again"
 * ```
 */
export class CongruentError extends Error {
  override readonly name = "CongruentError";
  readonly code: string;
  readonly what: string;
  readonly expected: string | undefined;
  readonly fix: string | undefined;
  readonly exit: ExitCode;

  constructor(given: CongruentErrorOptions) {
    // What other programs print comes with the colors of their terminals.
    const plain = (text: string | undefined) => (text === undefined ? text : withoutTerminalCodes(text));
    const { code, exit, cause } = given;
    const options: CongruentErrorOptions = {
      code,
      what: withoutTerminalCodes(given.what),
      expected: plain(given.expected),
      fix: plain(given.fix),
      cause,
      ...(exit === undefined ? {} : { exit }),
    };
    const lines = [options.what];
    if (options.expected) lines.push(`  expected: ${options.expected}`);
    if (options.fix) lines.push(`  fix: ${options.fix}`);
    super(lines.join("\n"), options.cause === undefined ? undefined : { cause: options.cause });
    this.code = options.code;
    this.what = options.what;
    this.expected = options.expected;
    this.fix = options.fix;
    this.exit = options.exit ?? 2;
  }

  /**
   * The same error, with the place where it happened before what happened: the file, the node, the row. Its cause stays; an error
   * without one becomes the new error's cause.
   *
   * @example
   * ```ts
   * const error = new CongruentError({ code: "E_RANK", what: "the shape has 3 axes", expected: "4", exit: 2 });
   * const { code, what, expected } = error.within("node conv1");
   * what; // => "node conv1: the shape has 3 axes"
   * [code, expected]; // => ["E_RANK", "4"]
   * ```
   */
  within(place: string): CongruentError {
    const { code, expected, fix, exit } = this;
    return new CongruentError({
      code,
      what: `${place}: ${this.what}`,
      expected,
      fix,
      exit,
      cause: this.cause ?? this,
    });
  }
}

/**
 * What a command that was interrupted ends with, as shells count: 128 and the signal's number.
 *
 * @param reason of the `AbortSignal`: the name of what the process was sent; Ctrl-C unless it says SIGTERM
 * @example
 * ```ts
 * interruptionExit("SIGINT"); // => 130
 * interruptionExit("SIGTERM"); // => 143
 * ```
 */
export function interruptionExit(reason: unknown): ExitCode {
  return reason === "SIGTERM" ? 143 : 130;
}

/**
 * The message of anything that was thrown, for the `what` of an error that wraps it.
 *
 * @example
 * ```ts
 * messageOf(new Error("no space left")); // => "no space left"
 * messageOf(404); // => "404"
 * ```
 */
export function messageOf(thrown: unknown): string {
  return withoutTerminalCodes(thrown instanceof Error ? thrown.message : String(thrown));
}

/**
 * What happened, in one line where it is a CongruentError: without what was expected and how to fix it.
 *
 * @example
 * ```ts
 * whatOf(new CongruentError({ code: "E_GZIP", what: "it is cut off", fix: "get it again" })); // => "it is cut off"
 * whatOf(new Error("no space left")); // => "no space left"
 * ```
 */
export function whatOf(thrown: unknown): string {
  return thrown instanceof CongruentError ? thrown.what : messageOf(thrown);
}
