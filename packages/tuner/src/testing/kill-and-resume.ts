import { readFileSync } from "node:fs";
import { setTimeout } from "node:timers/promises";
import { Child, howItEnded } from "@congruent/core/process";
import { drawsOf } from "../draws.js";
import { readJournal } from "../journal/read-journal.js";
import { trialsOf } from "../trials.js";

/** A search in a process of its own that can be killed; `begun` is called when it writes its first line. */
function startSearch(
  directory: string,
  options: { sampler: string; parallel?: number; begun?: () => void },
): Child {
  const { sampler, parallel = 1, begun } = options;
  return new Child({
    script: new URL("./search-child.js", import.meta.url),
    args: [directory, sampler, String(parallel)],
    messages: "ipc",
    onMessage: () => begun?.(),
  });
}

/** Kills a search at random moments, several times, and then lets it end. */
export async function killedSearch(
  directory: string,
  options: { sampler: string; kills: number; seed: number; parallel?: number },
): Promise<{ killed: number }> {
  const { sampler, kills, seed, parallel = 1 } = options;
  const next = drawsOf(seed, "kills");
  let killed = 0;
  for (let i = 0; i < kills; i++) {
    // From when it writes: a process that only starts up tells nothing new.
    const child = await new Promise<Child>((resolve) => {
      const started: Child = startSearch(directory, { sampler, parallel, begun: () => resolve(started) });
    });
    // Ten of them are less than the whole search, which waits for 560 ms in all.
    await setTimeout((next() * 100) / parallel);
    child.kill();
    if ((await child.ended).signal === "SIGKILL") killed += 1;
  }
  const last = await startSearch(directory, { sampler, parallel }).ended;
  if (last.exitCode !== 0) throw new Error(`the search ${howItEnded(last)}: ${last.tail}`);
  return { killed };
}

/** The results of a search, without what differs from run to run: seconds. */
export function trialSet(journal: string) {
  const { records } = readJournal(readFileSync(journal), journal);
  const trials = trialsOf(records).map(({ executions, ...trial }) => ({
    ...trial,
    executions: executions
      .map(({ outcome, ...execution }) => ({
        ...execution,
        status: outcome.status,
        logs: outcome.status === "completed" ? outcome.logs : [],
      }))
      .toSorted((a, b) => a.execution - b.execution),
  }));
  return { trials, finished: records.filter(({ kind }) => kind === "finished").length };
}
