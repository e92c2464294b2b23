import { CongruentError, messageOf } from "@congruent/core";
import type { TrialFailure } from "@congruent/core/schemas";

/** What libraries say when memory runs out. */
const OUT_OF_MEMORY =
  /out of memory|bad_alloc|OOM when allocating|RESOURCE_EXHAUSTED|ResourceExhausted|Array buffer allocation failed|ENOMEM/i;

const MEMORY_FIX = "give each trial more memory: fewer at once (--parallel), or a smaller space";

/** Faults of the machine or of the request, not of a trial's values. */
const FAULTS: ReadonlySet<string> = new Set([
  "E_DISK_FULL",
  "E_WRITE",
  "E_RUN_LOCKED",
  "E_CHECKPOINT_MISMATCH",
  "E_CHECKPOINT_CORRUPT",
]);

/**
 * Whether an error in a trial says nothing about its values: a full disk, an absent device, data that cannot be loaded.
 * Another trial would fail the same way, and the same trial may succeed later.
 */
export function isFault(thrown: unknown): thrown is CongruentError {
  const known = thrown instanceof CongruentError;
  return known && (thrown.exit === 3 || FAULTS.has(thrown.code) || thrown.code.startsWith("E_DATASET"));
}

/** What was thrown in a trial, with a code. */
export function failureOf(thrown: unknown): TrialFailure {
  if (thrown instanceof CongruentError) {
    return { code: thrown.code, what: thrown.what, fix: thrown.fix ?? null };
  }
  const what = messageOf(thrown);
  if (OUT_OF_MEMORY.test(what)) return { code: "E_TRIAL_MEMORY", what, fix: MEMORY_FIX };
  return { code: "E_TRIAL_FAILED", what, fix: null };
}

/**
 * Why a trial's process ended without a result.
 *
 * @param ended its exit code or signal
 * @param printed the end of what it printed
 *
 * @example
 * ```ts
 * crashOf({ code: null, signal: "SIGKILL" }, "").code; // => "E_TRIAL_MEMORY"
 * crashOf({ code: null, signal: "SIGSEGV" }, "").code; // => "E_TRIAL_CRASHED"
 * ```
 */
export function crashOf(
  ended: { code: number | null; signal: string | null },
  printed: string,
): TrialFailure {
  const how = ended.signal === null ? `with exit code ${ended.code}` : `by ${ended.signal}`;
  const tail = printed.trim().split("\n").slice(-3).join("\n");
  // The system's own remedy against memory running out is SIGKILL.
  if (ended.signal === "SIGKILL" || OUT_OF_MEMORY.test(printed)) {
    const what = `the trial's process was ended ${how}: most likely memory ran out`;
    return { code: "E_TRIAL_MEMORY", what, fix: MEMORY_FIX };
  }
  return {
    code: "E_TRIAL_CRASHED",
    what: `the trial's process ended ${how}${tail ? `: ${tail}` : ""}`,
    fix: null,
  };
}
