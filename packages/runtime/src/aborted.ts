import { CongruentError } from "@congruent/core/essentials";

/** @throws CongruentError `E_ABORTED` when the signal is aborted */
export function refuseAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw aborted(signal);
}

/**
 * What was asked for, or `E_ABORTED` as soon as the signal is aborted. What was begun is not ended by that: ONNX Runtime has no way to.
 */
export function unlessAborted<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return work;
  return new Promise((resolve, reject) => {
    const refuse = () => reject(aborted(signal));
    if (signal.aborted) refuse();
    signal.addEventListener("abort", refuse, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener("abort", refuse));
  });
}

function aborted(signal: AbortSignal): CongruentError {
  return new CongruentError({
    code: "E_ABORTED",
    what: "it was no longer wanted before it was done: its AbortSignal was aborted",
    cause: signal.reason,
  });
}
