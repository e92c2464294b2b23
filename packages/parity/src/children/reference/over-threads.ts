import { Worker } from "node:worker_threads";
import { CongruentError } from "@congruent/core";
import { ownScript } from "@congruent/core/process";
import type { ReferencePart, ReferenceRequest } from "../protocol.js";
import type { ThreadAnswer, ThreadModel, ThreadWork } from "./thread-protocol.js";

/**
 * Runs pieces of work over threads, each with a model of its own, and hands the parts over in the order of the pieces: what has been handed over is
 * always the first samples, whichever thread was faster.
 *
 * @param threads how many at most
 * @param hand is waited for before the next part
 * @throws CongruentError what the first piece that fails throws, after all parts before it; `E_RUN` where a thread ends by itself
 */
export async function overThreads(
  { modelPath, batching }: ReferenceRequest,
  work: readonly ThreadWork[],
  threads: number,
  hand: (part: ReferencePart) => Promise<void>,
): Promise<void> {
  const model: ThreadModel = { modelPath, batching };
  const workers = Array.from({ length: Math.min(threads, work.length) }, () => thread(model));
  const settle: { resolve(part: ReferencePart): void; reject(error: unknown): void }[] = [];
  const pieces = work.map(
    (_, i) => new Promise<ReferencePart>((resolve, reject) => (settle[i] = { resolve, reject })),
  );
  // A piece that fails while those before it are still awaited is no unhandled rejection.
  for (const piece of pieces) piece.catch(() => {});
  let next = 0;
  const give = (worker: Worker) => {
    const index = next++;
    const piece = work[index];
    if (!piece) return;
    const { resolve, reject } = settle[index] as (typeof settle)[number];
    const ended = (error: unknown) => reject(new CongruentError({ code: "E_RUN", what: whyEnded(error) }));
    worker.once("error", ended);
    worker.once("exit", ended);
    worker.once("message", (answer: ThreadAnswer) => {
      worker.off("error", ended);
      worker.off("exit", ended);
      if (answer.ok) resolve(answer.part);
      else reject(new CongruentError(answer.error));
      give(worker);
    });
    worker.postMessage(piece);
  };
  try {
    for (const worker of workers) give(worker);
    for (const piece of pieces) await hand(await piece);
  } finally {
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
}

function thread(model: ThreadModel): Worker {
  const { path, execArgv } = ownScript(new URL("./reference-thread.js", import.meta.url));
  return new Worker(path, { workerData: model, execArgv: [...execArgv] });
}

function whyEnded(error: unknown): string {
  return `a thread of the reference ended: ${error instanceof Error ? error.message : `exit code ${error}`}`;
}
