/** A worker that does what the job's value `how` says, for tests of what can happen to a process. */
import { once } from "node:events";
import { setTimeout } from "node:timers/promises";
import { CongruentError } from "@congruent/core";
import { serveTrial, type TrialContext } from "../workers/serve-trial.js";

const behaviors: Record<string, (context: TrialContext) => Promise<{ score: number }[]>> = {
  async works({ onEpoch, job }) {
    onEpoch({ score: 1 });
    onEpoch({ score: 2 });
    return [{ score: 1 }, { score: 2 + job.repeat }];
  },
  async throws() {
    throw new CongruentError({ code: "E_LOSS_NOT_FINITE", what: "the loss became NaN in epoch 1, step 2" });
  },
  async fills() {
    throw new CongruentError({
      code: "E_DISK_FULL",
      what: "could not write weights.bin (ENOSPC)",
      fix: "free some",
    });
  },
  nan: async () => [{ score: Number.NaN }],
  async segfaults() {
    process.stderr.write("something about a segment\n");
    process.kill(process.pid, "SIGSEGV");
    return forever();
  },
  async killed() {
    process.kill(process.pid, "SIGKILL");
    return forever();
  },
  async ends() {
    process.stderr.write("reason\n");
    process.exit(7);
  },
  async eats() {
    const eaten: number[][] = [];
    for (;;) eaten.push(Array.from({ length: 100_000 }, (_, i) => i + 0.5));
  },
  async waits({ signal, onEpoch }) {
    onEpoch({ score: process.pid });
    if (!signal.aborted) await once(signal, "abort");
    throw new Error("asked to end");
  },
};

async function forever(): Promise<never> {
  for (;;) await setTimeout(1000);
}

serveTrial(async (context) => {
  const behavior = behaviors[String(context.job.values.how)];
  if (!behavior) throw new Error("no such behavior");
  return behavior(context);
});
