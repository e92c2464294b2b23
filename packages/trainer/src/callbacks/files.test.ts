/** @needs tensorflow */

import { appendFile, mkdtemp, readdir, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { EpochLog } from "@congruent/core/schemas";
import { timeLimits } from "@congruent/core/testing";
import { afterAll, beforeAll, describe, expect, it, jest } from "@jest/globals";
import type { Engine } from "../engines/engine.js";
import type { Callback, CallbackState, TrainBegin } from "./callback.js";
import { csvLogger } from "./csv-logger.js";
import { decodeEvents } from "./event-file.js";
import { fileName } from "./file-name.js";
import { jsonLines } from "./json-lines.js";
import { tensorBoard } from "./tensorboard.js";

jest.setTimeout(timeLimits.training);

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "congruent-callbacks-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const engine = {} as Engine;
const log = (epoch: number): EpochLog => ({
  epoch,
  steps: 2,
  seconds: 1,
  examplesPerSecond: 3,
  loss: 1 / epoch,
  accuracy: 0.5,
  learningRate: 0.01,
  valLoss: 2 / epoch,
});
const begin = (finished: EpochLog[], resumed: boolean) =>
  ({
    engine,
    logged: ["loss", "accuracy", "learningRate", "valLoss"],
    finished,
    resumed,
  }) as unknown as TrainBegin;

/** Three epochs; the third is lost; a second training, which resumes after the second, writes the third and a fourth. */
async function interrupted(make: () => Callback, damage: () => Promise<void>): Promise<void> {
  const first = make();
  await first.onTrainBegin?.(begin([], false));
  for (const epoch of [1, 2, 3]) await first.onEpochEnd?.(log(epoch), engine);
  await damage();
  const second = make();
  await second.onTrainBegin?.(begin([log(1), log(2)], true));
  for (const epoch of [3, 4]) await second.onEpochEnd?.(log(epoch), engine);
}

describe("logs of a training that was interrupted while it wrote", () => {
  it("JSON lines: no epoch is lost, doubled or half written", async () => {
    const path = join(folder, "log.jsonl");
    await interrupted(
      () => jsonLines(path),
      () => appendFile(path, '{"epoch":4,"lo'),
    );
    const lines = (await readFile(path, "utf8")).trimEnd().split("\n");
    expect(lines.map((line) => JSON.parse(line))).toEqual([1, 2, 3, 4].map(log));
  });

  it("CSV: the same, with Keras' columns", async () => {
    const filename = join(folder, "log.csv");
    await interrupted(
      () => csvLogger({ filename }),
      () => truncate(filename, 60),
    );
    expect(await readFile(filename, "utf8")).toBe(
      [
        "epoch,accuracy,learningRate,loss,valLoss",
        ...[1, 2, 3, 4].map((epoch) => `${epoch},0.5,0.01,${1 / epoch},${2 / epoch}`),
        "",
      ].join("\n"),
    );
  });

  it("CSV, appended: what another training wrote stays, its header the only one, also over an interruption", async () => {
    const filename = join(folder, "appended.csv");
    const rows = (epochs: number[]) =>
      epochs.map((epoch) => `${epoch},0.5,0.01,${1 / epoch},${2 / epoch}\n`).join("");
    const header = "epoch,accuracy,learningRate,loss,valLoss\n";
    const train = async (callback: Callback, epochs: number[]) => {
      await callback.onTrainBegin?.(begin([], false));
      for (const epoch of epochs) await callback.onEpochEnd?.(log(epoch), engine);
    };
    await train(csvLogger({ filename, append: true }), [1, 2]);
    expect(await readFile(filename, "utf8")).toBe(header + rows([1, 2]));

    // The second training is killed while it writes its third epoch; its checkpoint knows of two.
    const second = csvLogger({ filename, append: true });
    await train(second, [1, 2, 3]);
    const state = second.state?.() as CallbackState;
    await appendFile(filename, "4,0.");
    const resumed = csvLogger({ filename, append: true });
    await resumed.onTrainBegin?.(begin([log(1), log(2)], true));
    resumed.restore?.(JSON.parse(JSON.stringify(state)));
    for (const epoch of [3, 4]) await resumed.onEpochEnd?.(log(epoch), engine);
    expect(await readFile(filename, "utf8")).toBe(header + rows([1, 2, 1, 2, 3, 4]));

    // It was killed after its last epoch: nothing is left to train, and the file is put right all the same.
    await appendFile(filename, "5,");
    const again = async (finished: number[]) => {
      const ended = csvLogger({ filename, append: true });
      await ended.onTrainBegin?.(begin(finished.map(log), true));
      ended.restore?.(state);
      await ended.onTrainEnd?.([], engine);
    };
    await again([1, 2, 3, 4]);
    expect(await readFile(filename, "utf8")).toBe(header + rows([1, 2, 1, 2, 3, 4]));

    // The machine lost the last row.
    await truncate(filename, (header + rows([1, 2, 1, 2, 3])).length + 4);
    await again([1, 2, 3, 4]);
    expect(await readFile(filename, "utf8")).toBe(header + rows([1, 2, 1, 2, 3, 4]));

    // The file was moved away.
    await rm(filename);
    await again([1, 2]);
    expect(await readFile(filename, "utf8")).toBe(header + rows([1, 2]));

    await train(csvLogger({ filename }), [1]);
    expect(await readFile(filename, "utf8")).toBe(header + rows([1]));
  });

  it("CSV, appended: refuses other columns, and rows of others behind an interrupted training's", async () => {
    const filename = join(folder, "others.csv");
    const csv = () => csvLogger({ filename, append: true });
    const ofAnother = "epoch;loss\n1;0.5\n";
    await writeFile(filename, ofAnother);
    await expect(csv().onTrainBegin?.(begin([], false))).rejects.toMatchObject({ code: "E_CSV_HEADER" });
    expect(await readFile(filename, "utf8")).toBe(ofAnother);

    await writeFile(filename, "\uFEFF");
    const first = csv();
    await first.onTrainBegin?.(begin([], false));
    for (const epoch of [1, 2]) await first.onEpochEnd?.(log(epoch), engine);
    const state = first.state?.() as CallbackState;
    const second = csv();
    await second.onTrainBegin?.(begin([], false));
    for (const epoch of [1, 2, 3]) await second.onEpochEnd?.(log(epoch), engine);
    const both = await readFile(filename, "utf8");
    expect(both.trimEnd().split("\n")).toHaveLength(6);

    const resumed = csv();
    await resumed.onTrainBegin?.(begin([log(1)], true));
    resumed.restore?.(state);
    await expect(resumed.onEpochEnd?.(log(2), engine)).rejects.toMatchObject({ code: "E_CSV_CHANGED" });
    expect(await readFile(filename, "utf8")).toBe(both);

    // Shorter than it was: another file.
    await writeFile(filename, "epoch,accuracy,learningRate,loss,valLoss");
    const elsewhere = csv();
    await elsewhere.onTrainBegin?.(begin([log(1)], true));
    elsewhere.restore?.(state);
    await expect(elsewhere.onTrainEnd?.([], engine)).rejects.toMatchObject({ code: "E_CSV_CHANGED" });
  });

  it("TensorBoard: the same, and the finished epochs keep their times", async () => {
    const directory = join(folder, "board");
    let before: number[] = [];
    const events = async (name: string) => {
      const files = await readdir(join(directory, name));
      expect(files).toHaveLength(1);
      return decodeEvents(await readFile(join(directory, name, files[0] ?? "")));
    };
    await interrupted(
      () => tensorBoard(directory),
      async () => {
        before = (await events("train")).map(({ wallTime }) => wallTime);
        const [file = ""] = await readdir(join(directory, "train"));
        await appendFile(join(directory, "train", file), Uint8Array.of(40, 0, 0, 0, 0, 0, 0, 0, 1));
      },
    );
    const train = await events("train");
    expect(train[0]?.what).toEqual({ case: "fileVersion", value: "brain.Event:2" });
    const scalars = train.flatMap(({ step, what }) =>
      what.case === "summary" ? what.value.value.map(({ tag }) => `${step} ${tag}`) : [],
    );
    expect(scalars).toEqual(
      [1, 2, 3, 4].flatMap((epoch) =>
        ["epoch_loss", "epoch_accuracy", "epoch_learning_rate"].map((tag) => `${epoch} ${tag}`),
      ),
    );
    expect(train.slice(1, 7).map(({ wallTime }) => wallTime)).toEqual(before.slice(1, 7));
    expect((await events("validation")).slice(1).map(({ step }) => Number(step))).toEqual([1, 2, 3, 4]);
  });

  it("a folder of events that belongs to something else is left alone by a new training", async () => {
    const directory = join(folder, "mine");
    const callback = tensorBoard(directory);
    await callback.onTrainBegin?.(begin([], false));
    await callback.onEpochEnd?.(log(1), engine);
    const [file = ""] = await readdir(join(directory, "train"));
    await writeFile(join(directory, "train", "notes.txt"), "mine");
    const again = tensorBoard(directory);
    await again.onTrainBegin?.(begin([], false));
    expect(await readdir(join(directory, "train"))).toEqual(expect.arrayContaining([file, "notes.txt"]));
  });
});

describe("the path of a saved model", () => {
  it("may hold the log's fields, and names one that is missing", () => {
    expect(fileName("m/{epoch:03d}-{val_loss:.2f}-{loss}", { epoch: 4, loss: 0.5, valLoss: 1 / 3 })).toBe(
      "m/004-0.33-0.5",
    );
    expect(() => fileName("m/{auc}", { epoch: 1 })).toThrow(
      expect.objectContaining({ code: "E_PLACEHOLDER" }),
    );
  });
});
