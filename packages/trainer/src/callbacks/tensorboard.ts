import { existsSync } from "node:fs";
import { appendFile, readdir, readFile, rm } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import { writeError, writeFileAtomic } from "@congruent/core/files";
import type { Event } from "../generated/tensorflow/core/util/event_pb.js";
import type { Callback } from "./callback.js";
import { decodeEvents, encodeEvent, scalarEvent, versionEvent } from "./event-file.js";

/**
 * TensorBoard events as Keras writes them: `epoch_loss`, `epoch_accuracy`, `epoch_learning_rate` and other metrics in
 * the folder `train`, those of the validation in `validation`, the epoch as step. A resumed training keeps the
 * events of the finished epochs, with their times, and removes those after them.
 */
export function tensorBoard(directory: string): Callback {
  const train = eventFolder(join(directory, "train"));
  const validation = eventFolder(join(directory, "validation"));
  return {
    async onTrainBegin({ resumed, finished }) {
      if (!resumed) return;
      const last = finished.at(-1)?.epoch ?? 0;
      await Promise.all([train.begin(last), validation.begin(last)]);
    },
    async onEpochEnd(log) {
      const fields = Object.entries(log).filter(([field]) => !(field in NOT_PLOTTED));
      const validated = fields.filter(([field]) => /^val[A-Z]/.test(field));
      const own = fields.filter((field) => !validated.includes(field));
      await train.append(log.epoch, own);
      await validation.append(
        log.epoch,
        validated.map(([field, value]) => [field.slice("val".length), value]),
      );
    },
  };
}

const NOT_PLOTTED = { epoch: true, steps: true, seconds: true, examplesPerSecond: true };

/** The one file of events in a folder; it is made when there is something to write. */
function eventFolder(directory: string) {
  let file: string | undefined;
  const now = () => Date.now() / 1000;
  return {
    async begin(lastEpoch: number): Promise<void> {
      file = undefined;
      if (!existsSync(directory)) return;
      const there = (await readdir(directory)).filter((name) => name.includes("tfevents")).sort();
      const events: Event[] = [];
      for (const name of there) events.push(...decodeEvents(await readFile(join(directory, name))));
      const kept = events.filter((event) => event.what.case === "summary" && event.step <= lastEpoch);
      if (kept.length > 0) {
        file = join(directory, there[0] as string);
        await writeFileAtomic(file, concat([versionEvent(kept[0]?.wallTime ?? now()), ...kept]));
      }
      for (const name of there.slice(kept.length > 0 ? 1 : 0)) await rm(join(directory, name));
    },

    async append(epoch: number, scalars: readonly [string, number | undefined][]): Promise<void> {
      const seconds = now();
      const events = scalars.flatMap(([field, value]) =>
        value === undefined ? [] : [scalarEvent(seconds, epoch, tagOf(field), value)],
      );
      if (events.length === 0) return;
      try {
        if (file === undefined) {
          file = join(
            directory,
            `events.out.tfevents.${Math.floor(seconds)}.${hostname()}.${process.pid}.v2`,
          );
          await writeFileAtomic(file, concat([versionEvent(seconds), ...events]));
        } else await appendFile(file, concat(events));
      } catch (error) {
        throw writeError(file ?? directory, error);
      }
    },
  };
}

/** As Keras names it: `learningRate` → `epoch_learning_rate`. */
function tagOf(field: string): string {
  const snake = field.replace(
    /[A-Z]/g,
    (letter, at: number) => `${at > 0 ? "_" : ""}${letter.toLowerCase()}`,
  );
  return `epoch_${snake}`;
}

function concat(events: readonly Event[]): Uint8Array {
  return Buffer.concat(events.map(encodeEvent));
}
