import { CongruentError } from "@congruent/core/essentials";

/** The part of a GPUDevice that is used here. */
export interface LosableDevice {
  lost: Promise<{ reason?: string; message?: string }>;
}

/** A browser may report the loss a moment after the work that it broke. */
const TOLD_AFTER_MS = 500;

/**
 * Guards work on a GPU that may be lost during it, for example by a driver's reset. ONNX Runtime by itself then throws the address of a native
 * exception, waits forever, or returns values that were never computed.
 *
 * Work is not started on a device that is known to be lost. This is essential for a session's release: a run that waits for the lost
 * device is suspended inside WebAssembly, and never ends, nor does the page, if its session is freed meanwhile.
 *
 * @returns a function that does work and rejects with `E_DEVICE_LOST` when the device is lost before or during it
 */
export function guardDevice({ lost }: LosableDevice): <T>(work: () => Promise<T>) => Promise<T> {
  const told = lost.then(
    ({ reason, message }) =>
      new CongruentError({
        code: "E_DEVICE_LOST",
        what: `the WebGPU device was lost while it was in use: ${[message, reason && `(${reason})`].filter(Boolean).join(" ") || "the browser does not say why"}`,
        fix: "run it again; where it keeps happening, look at the GPU's driver and memory",
      }),
  );
  return async (work) => {
    await checkStillThere();
    const ended = work().then(
      (value) => ({ value }),
      (error: unknown) => ({ error }),
    );
    const first = await Promise.race([told, ended]);
    if (first instanceof CongruentError) throw first;
    if ("value" in first) {
      await checkStillThere();
      return first.value;
    }
    throw (await Promise.race([told, patience()])) ?? first.error;
  };

  async function checkStillThere(): Promise<void> {
    // A loss that was already reported wins the race.
    const loss = await Promise.race([told, Promise.resolve(null)]);
    if (loss) throw loss;
  }
}

function patience(): Promise<null> {
  return new Promise((resolve) => setTimeout(() => resolve(null), TOLD_AFTER_MS));
}
