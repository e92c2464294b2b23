/** For tests only: not part of the published package. */
import { describe, it } from "@jest/globals";

/** Defines one test: its name, what it does, and its time limit in milliseconds. */
type DefineTest = (name: string, run: () => void | Promise<void>, timeoutMs?: number) => void;
type DefineGroup = (name: string, define: () => void) => void;

/**
 * `it` where this machine can run the test. Elsewhere the test is skipped, and its name says why: a test that returns early would count as passed.
 *
 * @param condition decided before the test is defined, so without waiting
 * @param reason why the test cannot run where the condition does not hold
 * @example
 * ```ts no-run
 * const onLinux = itIf(process.platform === "linux", "only Linux tells what a process holds");
 * onLinux("a child that takes too much memory is ended", async () => {});
 * ```
 */
export function itIf(condition: boolean, reason: string): DefineTest {
  return (name, run, timeoutMs) =>
    condition ? it(name, run, timeoutMs) : it.skip(`${name} (skipped: ${reason})`, run, timeoutMs);
}

/** `describe`, as `itIf` is `it`. */
export function describeIf(condition: boolean, reason: string): DefineGroup {
  return (name, define) =>
    condition ? describe(name, define) : describe.skip(`${name} (skipped: ${reason})`, define);
}

/** Time limits of each test in a suite, in milliseconds, for `jest.setTimeout`; the default is a minute. All are for a busy machine. */
export const timeLimits = {
  /** Starts programs, browsers or Python. */
  programs: 300_000,
  /** Loads TensorFlow, trains, or compares with what does. */
  training: 600_000,
} as const;
