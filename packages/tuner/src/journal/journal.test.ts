import { appendFile, mkdtemp, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { openJournal } from "./journal.js";
import type { JournalRecord, SearchIdentity } from "./records.js";

const identity: SearchIdentity = {
  name: "test",
  space: [{ type: "int", name: "x", min: 0, max: 9, sampling: "linear" }],
  objective: { name: "score", direction: "max" },
  sampler: { name: "random" },
  seed: 1,
  executionsPerTrial: 1,
  payload: { x: 0 },
  settings: null,
};
const record = (trial: number): JournalRecord => ({
  kind: "trial",
  trial,
  values: { x: trial },
  epochs: null,
  sampler: {},
});

let directory: string;
let path: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "congruent-journal-"));
  path = join(directory, "journal.jsonl");
});
afterEach(() => rm(directory, { recursive: true, force: true }));

async function written(...trials: number[]): Promise<void> {
  const journal = await openJournal({ directory, identity });
  await Promise.all(trials.map((trial) => journal.append(record(trial))));
  await journal.close();
}
async function read(notices: string[] = []) {
  const journal = await openJournal({ directory, identity, notice: (text) => void notices.push(text) });
  await journal.close();
  return journal.records;
}

describe("a journal", () => {
  it("reads back what was appended, in its order, after any number of openings", async () => {
    await written(0, 1, 2);
    await written(3);
    expect(await read()).toEqual([0, 1, 2, 3].map(record));
  });

  it("cut off anywhere in its last line is read without it, tells so, and is whole again afterwards", async () => {
    await written(0, 1);
    const whole = await readFile(path);
    const lastLine = whole.lastIndexOf(10, whole.length - 2) + 1;
    for (const cut of [lastLine + 1, Math.floor((lastLine + whole.length) / 2), whole.length - 1]) {
      await writeFile(path, whole);
      await truncate(path, cut);
      const notices: string[] = [];
      expect(await read(notices)).toEqual([record(0)]);
      expect(notices).toEqual([expect.stringMatching(/last line of .*journal\.jsonl was cut off/)]);
      await written(1);
      expect(await readFile(path)).toEqual(whole);
    }
  });

  it("cut off in its first line is begun again", async () => {
    await writeFile(path, '{"kind":"head","sch');
    await written(0);
    expect(await read()).toEqual([record(0)]);
  });

  it("damaged in the middle is refused by the line's number, and left as it is", async () => {
    await written(0, 1);
    const text = await readFile(path, "utf8");
    const damaged = text.replace('"trial":0', '"trial":');
    await writeFile(path, damaged);
    await expect(read()).rejects.toMatchObject({
      code: "E_JOURNAL_CORRUPT",
      what: expect.stringContaining("journal.jsonl:2"),
    });
    expect(await readFile(path, "utf8")).toBe(damaged);
  });

  it("lets one tuner in at a time; what a dead one left is taken over", async () => {
    const first = await openJournal({ directory, identity });
    await expect(openJournal({ directory, identity })).rejects.toMatchObject({
      code: "E_JOURNAL_LOCKED",
      what: expect.stringContaining(`process ${process.pid}`),
    });
    await first.append(record(0));
    await first.close();
    await writeFile(join(directory, "tuner.lock"), "999999999");
    expect(await read()).toEqual([record(0)]);
  });

  it.each<[string, Partial<SearchIdentity>, RegExp]>([
    ["seed", { seed: 2 }, /seed: 1 then, 2 now/],
    ["sampler", { sampler: { name: "tpe" } }, /sampler.name: "random" then, "tpe" now/],
    [
      "space",
      { space: [{ type: "int", name: "x", min: 0, max: 8, sampling: "linear" }] },
      /space\.0\.max: 9 then, 8 now/,
    ],
    ["recipe", { payload: { x: 1 } }, /payload\.x: 0 then, 1 now/],
    ["number of executions", { executionsPerTrial: 2 }, /executionsPerTrial/],
    ["objective", { objective: { name: "score", direction: "min" } }, /objective\.direction/],
  ])("of another %s is refused, and nothing in it changes", async (_, change, said) => {
    await written(0);
    const before = await readFile(path);
    await expect(openJournal({ directory, identity: { ...identity, ...change } })).rejects.toMatchObject({
      code: "E_JOURNAL_MISMATCH",
      exit: 2,
      what: expect.stringMatching(said),
    });
    expect(await readFile(path)).toEqual(before);
    expect(await read()).toEqual([record(0)]);
  });

  it("is begun or resumed as asked", async () => {
    await expect(openJournal({ directory, identity, resume: true })).rejects.toMatchObject({
      code: "E_NOTHING_TO_RESUME",
    });
    await written(0);
    await expect(openJournal({ directory, identity, resume: false })).rejects.toMatchObject({
      code: "E_JOURNAL_EXISTS",
      fix: expect.stringContaining("--resume"),
    });
    const again = await openJournal({ directory, identity, resume: true });
    expect(again.records).toEqual([record(0)]);
    await again.close();
  });

  it("keeps what is in it when a foreign line is last but one", async () => {
    await written(0);
    await appendFile(path, "hello\n");
    await expect(read()).rejects.toMatchObject({ code: "E_JOURNAL_CORRUPT" });
  });
});
