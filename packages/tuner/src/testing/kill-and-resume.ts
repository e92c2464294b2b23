import { type ChildProcess, fork } from "node:child_process";
import { readFileSync } from "node:fs";
import { setTimeout } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { drawsOf } from "../draws.js";
import { readJournal } from "../journal/read-journal.js";
import { trialsOf } from "../trials.js";

const script = fileURLToPath(new URL("./search-child.js", import.meta.url));

/** A search in a process of its own that can be killed. */
export function startSearch(directory: string, sampler: string, parallel = 1): ChildProcess {
  return fork(script, [directory, sampler, String(parallel)], { stdio: ["ignore", "pipe", "pipe", "ipc"] });
}

export async function exitOf(child: ChildProcess): Promise<number | string | null> {
  const [code, signal] = await new Promise<[number | null, string | null]>((done) =>
    child.once("exit", (c, s) => done([c, s])),
  );
  return signal ?? code;
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
    const child = startSearch(directory, sampler, parallel);
    const ended = exitOf(child);
    // From when it writes: a process that only starts up tells nothing new.
    await new Promise((done) => child.once("message", done));
    // Ten of them are less than the whole search, which waits for 560 ms in all.
    await setTimeout((next() * 100) / parallel);
    child.kill("SIGKILL");
    if ((await ended) === "SIGKILL") killed += 1;
  }
  const last = await exitOf(startSearch(directory, sampler, parallel));
  if (last !== 0) throw new Error(`the search ended with ${last}`);
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
