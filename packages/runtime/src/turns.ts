import { refuseAborted } from "./aborted.js";

/**
 * Work that must not overlap: each piece begins when the one before has ended, however that ended, in the order in which they were asked for.
 *
 * ONNX Runtime's WebGPU builds for browsers suspend WebAssembly while they wait for the GPU. Whatever enters it meanwhile, another session's
 * opening, run or release, is refused ("another WebGPU EP inference session is being created") or destroys its stack ("memory access out of
 * bounds"), and with it every session of the page.
 */
export class Turns {
  #last: Promise<unknown> = Promise.resolve();

  /** @throws CongruentError `E_ABORTED` when the signal was aborted before the turn came: then the work is never begun. */
  take<T>(work: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    const turn = this.#last.then(() => {
      refuseAborted(signal);
      return work();
    });
    // The error is the caller's; the next one only waits.
    this.#last = turn.catch(() => null);
    return turn;
  }
}
