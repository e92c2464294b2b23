import { CongruentError, interruptionExit } from "../errors.js";

/** Why this process ended a child: its limits, the caller's signal, this process's own interruption, or `kill`. */
export type EndedBy = "timeout" | "memory" | "output" | "abort" | "interruption" | "kill";

/** How a child ended. */
export interface Ending {
  /** `null` where a signal ended it and where it never ran. */
  exitCode: number | null;
  signal: NodeJS.Signals | null;
  /** `null` where it ended by itself, or something else ended it. */
  endedBy: EndedBy | null;
  /** Of "abort" the reason of the caller's signal, of "interruption" the name of this process's; `undefined` otherwise. */
  reason: unknown;
  /** Why it could not be started (`ENOENT` …), else `null`. */
  startError: string | null;
  /** `E_MEMORY` where `endedBy` is "memory", else `null`. */
  memoryError: CongruentError | null;
  /** The end of what it printed, both streams; 4000 characters at most. */
  tail: string;
}

/** What a signal that ends a process in native code usually means. */
const MEANINGS: Readonly<Partial<Record<NodeJS.Signals, string>>> = {
  SIGSEGV: " (a crash in native code)",
  SIGABRT: " (native code gave up: a failed assertion, or no memory)",
  SIGILL: " (an instruction that this processor does not know)",
  SIGKILL: " (from outside: systems do that when memory runs out)",
};

/** What the limits that ended a process say of it. */
const LIMITS: Readonly<Partial<Record<EndedBy, string>>> = {
  timeout: "took too long and was ended",
  memory: "took too much memory and was ended",
  output: "printed too much and was ended",
  abort: "was interrupted",
  interruption: "was interrupted",
};

/**
 * How a process ended, to follow "the process": the limit that ended it, its signal and what that usually means, or its exit code.
 *
 * @example
 * ```ts
 * howItEnded({ exitCode: null, signal: "SIGSEGV", startError: null });
 * // => "was ended by SIGSEGV (a crash in native code)"
 * howItEnded({ exitCode: 7, signal: null, startError: null }); // => "ended with status 7"
 * howItEnded({ exitCode: null, signal: "SIGKILL", startError: null, endedBy: "timeout" });
 * // => "took too long and was ended"
 * ```
 */
export function howItEnded({
  exitCode,
  signal,
  startError,
  endedBy = null,
}: Pick<Ending, "exitCode" | "signal" | "startError"> & Partial<Pick<Ending, "endedBy">>): string {
  if (startError !== null) return `could not be started (${startError})`;
  const limit = endedBy && LIMITS[endedBy];
  if (limit) return limit;
  return signal ? `was ended by ${signal}${MEANINGS[signal] ?? ""}` : `ended with status ${exitCode}`;
}

/**
 * Why a process failed, in one line: the last line that it printed to standard error, else how it ended.
 *
 * @example
 * ```ts
 * const ending = { exitCode: 7, signal: null, startError: null, endedBy: null };
 * lastWords({ ...ending, stderr: "a warning\nno such file\n" }); // => "no such file"
 * lastWords({ ...ending, stderr: "" }); // => "it ended with status 7"
 * ```
 */
export function lastWords(
  result: Pick<Ending, "exitCode" | "signal" | "startError" | "endedBy"> & { stderr: string },
): string {
  // What a process printed before a limit ended it does not say why.
  const line = result.endedBy === null ? result.stderr.trim().split("\n").at(-1) : "";
  return line || `it ${howItEnded(result)}`;
}

/** Of what a child printed, in an error's text: enough to name a crash, short enough for a report. */
const QUOTED = 600;

/**
 * The error for a child that ended before it answered: `E_TIMEOUT`, `E_MEMORY`, `E_INTERRUPTED` (exit 130, 143 after
 * SIGTERM), else `E_CRASH` with the signal or status and the end of what it printed.
 */
export function unanswered(ending: Ending, timeoutMs = 0): CongruentError {
  const { endedBy, reason, memoryError, tail } = ending;
  if (memoryError) return memoryError;
  if (endedBy === "timeout") {
    return new CongruentError({
      code: "E_TIMEOUT",
      what: `no answer within ${timeoutMs / 1000} s; the process was ended`,
      fix: "give it less to do, or raise the time limit",
    });
  }
  if (endedBy === "abort" || endedBy === "interruption") {
    return new CongruentError({
      code: "E_INTERRUPTED",
      what: "the process was interrupted before it answered",
      fix: "call it again: it starts a new process",
      exit: interruptionExit(reason),
    });
  }
  const words = tail.slice(-QUOTED).trim();
  const when = ending.startError === null ? " before it answered" : "";
  return new CongruentError({
    code: "E_CRASH",
    what: `the process ${howItEnded(ending)}${when}${words ? `: ${words}` : ""}`,
  });
}
