/**
 * What a search costs besides training and process start: `node scripts/tuner-overhead.mjs [TRIALS]`.
 *
 * Runs trials that take no time, in this process (the search alone: sampler, journal, scores) and in processes of their own. The time of
 * processes that only load what a trial's process loads is subtracted from the latter.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { median } from "../packages/core/dist/index.js";
import { Child } from "../packages/core/dist/process/index.js";
import { functionExecutor, openSearch, processExecutor } from "../packages/tuner/dist/index.js";

const trials = Number(process.argv[2] ?? 50);
const worker = new URL("../packages/tuner/dist/testing/idle-worker.js", import.meta.url);
const folder = await mkdtemp(join(tmpdir(), "congruent-overhead-"));

/** Milliseconds between the ends of successive trials. */
async function searched(name, sampler, executor) {
  const search = await openSearch({
    directory: join(folder, name),
    name,
    objective: { name: "score", direction: "min" },
    sampler,
    maxTrials: trials,
    build: (hp) => Array.from({ length: 7 }, (_, i) => hp.float(`x${i}`, { min: 0, max: 1 })),
  });
  const times = [];
  let last = performance.now();
  const onTrialEnd = () => {
    const now = performance.now();
    times.push(now - last);
    last = now;
  };
  await search.run({ executor: executor(join(folder, name)), callbacks: [{ onTrialEnd }] });
  await search.close();
  return times;
}

/** Milliseconds of a process that loads the worker and is told to end. */
async function bareProcess() {
  const began = performance.now();
  await new Child({ script: worker, args: ["bare"], messages: "ipc" }).ended;
  return performance.now() - began;
}

try {
  const score = ({ values }) => Object.values(values).reduce((sum, x) => sum + x, 0);
  for (const sampler of ["random", "tpe"]) {
    const times = await searched(sampler, sampler, () => functionExecutor(score));
    console.log(
      `${sampler}, in this process: median ${median(times).toFixed(1)} ms, most ${Math.max(...times).toFixed(1)} ms a trial`,
    );
  }
  const inProcesses = await searched("processes", "random", (root) => processExecutor({ root, worker }));
  const bare = [];
  for (let i = 0; i < trials; i++) bare.push(await bareProcess());
  const [whole, start] = [median(inProcesses), median(bare)];
  console.log(
    `random, in processes: median ${whole.toFixed(1)} ms a trial, of which ${start.toFixed(1)} ms are process start`,
  );
  console.log(
    `overhead: ${(whole - start).toFixed(1)} ms a trial (at most 150 ms wanted), over ${trials} trials`,
  );
} finally {
  await rm(folder, { recursive: true });
}
