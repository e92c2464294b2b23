/** Child process: runs an ONNX model with @congruent/reference, and hands over each part as soon as it is done. */
import { rows } from "@congruent/core";
import { answerInParts } from "@congruent/core/process";
import type { Tensors } from "../runner.js";
import type { ReferencePart, ReferenceRequest } from "./protocol.js";
import { overThreads } from "./reference/over-threads.js";
import { readReference } from "./reference/run-part.js";

/** A part takes about so long, in milliseconds, so that little is lost at a time limit. */
const PART_MS = 500;

/** Threads begin where the samples that are left take longer than this, in milliseconds: each of them reads the model first. */
const WORTH_THREADS_MS = 2000;

answerInParts<ReferenceRequest, ReferencePart>(async (request, hand) => {
  const { inputs: feeds, batching, threads, threadsFromMs = WORTH_THREADS_MS } = request;
  const reference = await readReference(request);
  if (batching.mode === "once") {
    await hand(reference.run(feeds, null));
    return;
  }
  const total = Object.values(feeds)[0]?.dims[0] ?? 0;
  let size = reference.whole ? batching.size : 1;
  for (let begin = 0; begin < total; ) {
    const end = Math.min(total, begin + size);
    const part = reference.run(rowsOf(feeds, begin, end), end - begin);
    await hand(part);
    begin = end;
    if (!reference.whole && part.milliseconds < PART_MS) size = Math.min(batching.size, size * 2);
    const left = (part.milliseconds / part.samples) * (total - begin);
    if (threads === 1 || left <= threadsFromMs) continue;
    const ranges = Array.from({ length: Math.ceil((total - begin) / size) }, (_, i) => ({
      begin: begin + i * size,
      end: Math.min(total, begin + (i + 1) * size),
    }));
    const work = ranges.map((range) => ({
      feeds: rowsOf(feeds, range.begin, range.end),
      samples: range.end - range.begin,
    }));
    await overThreads(request, work, threads, hand);
    return;
  }
});

function rowsOf(feeds: Tensors, begin: number, end: number): Tensors {
  return Object.fromEntries(Object.entries(feeds).map(([name, feed]) => [name, rows(feed, begin, end)]));
}
