/** Worker thread: runs the pieces that it is given, one by one, with a model of its own. */
import { parentPort, workerData } from "node:worker_threads";
import { errorAsData } from "@congruent/core/process";
import { readReference } from "./run-part.js";
import type { ThreadAnswer, ThreadModel, ThreadWork } from "./thread-protocol.js";

const reading = readReference(workerData as ThreadModel);
// It is reported as the answer to the first piece.
reading.catch(() => {});

parentPort?.on("message", async ({ feeds, samples }: ThreadWork) => {
  let answer: ThreadAnswer;
  try {
    answer = { ok: true, part: (await reading).run(feeds, samples) };
  } catch (error) {
    answer = { ok: false, error: errorAsData(error) };
  }
  parentPort?.postMessage(answer);
});
