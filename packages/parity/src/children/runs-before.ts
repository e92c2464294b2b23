/** What a process has done with a model before the run that counts: a state that survives it shows in the numbers. */
import type { Batching } from "@congruent/core";
import type { Model } from "@congruent/runtime";
import type { History } from "../runner.js";

interface Before {
  open(): Promise<Model>;
  /** The session whose next run counts. */
  model: Model;
  /** @param size of the batches. Default: the job's own */
  runWith(model: Model, size?: number): Promise<unknown>;
  batching: Batching;
}

/** What is still going on while the run counts; to be awaited after it. */
type Meanwhile = () => Promise<void>;

const nothing: Meanwhile = async () => undefined;

/** Sessions beside the one that counts. */
const OTHERS = 3;

export const runsBefore: Readonly<Record<History, (before: Before) => Promise<Meanwhile>>> = {
  async again({ model, runWith }) {
    for (let run = 0; run < 2; run++) await runWith(model);
    return nothing;
  },
  async reopened({ open, runWith }) {
    const other = await open();
    await runWith(other);
    await other.close();
    return nothing;
  },
  async shapes({ model, runWith, batching }) {
    if (batching.mode !== "split") return nothing;
    for (const size of [1, batching.size, 3]) await runWith(model, size);
    return nothing;
  },
  async together({ open, runWith }) {
    const others = await Promise.all(Array.from({ length: OTHERS }, open));
    const running = Promise.all(others.map((other) => runWith(other)));
    // Awaited after the run that counts: until then a failure must not end the process.
    running.catch(() => undefined);
    return async () => {
      await running;
      for (const other of others) await other.close();
    };
  },
};
