import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { sha256 } from "@congruent/core/files";
import { Child } from "@congruent/core/process";
import { readRun, runPaths } from "@congruent/run";
import { mersenne } from "pure-rand/generator/mersenne";
import { decodeEvents } from "../callbacks/event-file.js";

interface Attempt {
  killed: boolean;
  /** From the process's start, and from the training's, to its end, in milliseconds. */
  total: number;
  training: number;
  code: string | null;
  notices: string[];
}

/** One process that trains; killed so long after it was started, or after its training began. */
export async function attempt(
  out: string,
  options: { resume: boolean; kill?: { after: "start" | "begin"; milliseconds: number } },
): Promise<Attempt> {
  const { resume, kill } = options;
  const started = performance.now();
  let begun = started;
  let timer: NodeJS.Timeout | undefined;
  const result: Pick<Attempt, "code" | "notices"> = { code: null, notices: [] };
  const killIn = (milliseconds: number) => {
    timer = setTimeout(() => child.kill(), milliseconds);
  };
  const child = new Child({
    script: new URL("./interruptible-child.js", import.meta.url),
    args: [out, ...(resume ? ["resume"] : [])],
    messages: "ipc",
    onMessage(received) {
      const message = received as { begun?: boolean; notice?: string; code?: string };
      if (message.notice) result.notices.push(message.notice);
      if (message.code) result.code = message.code;
      if (!message.begun) return;
      begun = performance.now();
      if (kill?.after === "begin") killIn(kill.milliseconds);
    },
  });
  if (kill?.after === "start") killIn(kill.milliseconds);
  const { exitCode, signal, endedBy, tail } = await child.ended;
  clearTimeout(timer);
  const ended = performance.now();
  if (exitCode !== 0 && signal === null && result.code === null) result.code = tail || "no reason given";
  return {
    killed: endedBy === "kill" && signal === "SIGKILL",
    total: ended - started,
    training: ended - begun,
    ...result,
  };
}

/** All that a finished run says, without the times: what must not depend on interruptions. */
export async function fingerprint(out: string): Promise<Record<string, unknown>> {
  const run = await readRun(out);
  const paths = runPaths(out);
  const timeless = ({ seconds: _, examplesPerSecond: __, ...rest }: Record<string, unknown>) => rest;
  const steps = async (name: string) => {
    const folder = join(paths.tensorBoard, name);
    const files = (await readdir(folder)).sort();
    const events = await Promise.all(
      files.map(async (file) => decodeEvents(await readFile(join(folder, file)))),
    );
    return events
      .flat()
      .flatMap(({ step, what }) =>
        what.case === "summary"
          ? what.value.value.map(({ tag, value }) => [Number(step), tag, value.value])
          : [],
      );
  };
  return {
    layers: sha256(await readFile(join(paths.layers, "weights.bin"))),
    savedModel: sha256(await readFile(join(paths.savedModel, "saved_model.pb"))),
    stopped: run.environment.stopped,
    epochs: run.epochs.map((log) => timeless(log)),
    csv: await readFile(join(out, "log.csv"), "utf8"),
    appended: await readFile(join(out, "appended.csv"), "utf8"),
    train: await steps("train"),
    validation: await steps("validation"),
    files: (await readdir(out)).sort(),
  };
}

/**
 * Kills trainings at random moments, `kills` times, and resumes each until it is finished; a new run is begun
 * when one is finished before all kills are spent.
 *
 * @returns the fingerprints of all runs, and how many processes were killed while they trained
 */
export async function killAndResume(
  folder: string,
  { kills, seed, typical }: { kills: number; seed: number; typical: Pick<Attempt, "total" | "training"> },
): Promise<{ fingerprints: Record<string, unknown>[]; killed: number; resumed: number }> {
  const generator = mersenne(seed);
  const uniform = () => (generator.next() >>> 0) / 2 ** 32;
  const fingerprints: Record<string, unknown>[] = [];
  let [killed, resumed] = [0, 0];
  for (let run = 0; killed < kills; run++) {
    const out = join(folder, `run-${run}`);
    for (let finished = false; !finished; ) {
      // One in four anywhere in the life of the process, loading and exporting included.
      const kill =
        killed >= kills
          ? undefined
          : uniform() < 0.25
            ? { after: "start" as const, milliseconds: uniform() * typical.total }
            : { after: "begin" as const, milliseconds: uniform() * typical.training * 0.7 };
      const resume = existsSync(runPaths(out).recipe);
      const { killed: hit, code, notices } = await attempt(out, { resume, ...(kill && { kill }) });
      if (code) throw new Error(`a training that was resumed ended in ${code}`);
      if (notices.some((text) => text.startsWith("resumes"))) resumed += 1;
      if (hit) killed += 1;
      else finished = true;
    }
    fingerprints.push(await fingerprint(out));
  }
  return { fingerprints, killed, resumed };
}
