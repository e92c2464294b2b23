import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CongruentError } from "@congruent/core";
import { timeLimits } from "@congruent/core/testing";
import { afterAll, beforeAll, describe, expect, it, jest } from "@jest/globals";
import type { Runner } from "../runner.js";
import { bisect } from "./bisect.js";
import { openJournal } from "./journal.js";
import { faultyRunner, scaled, testModels } from "./testing/index.js";

jest.setTimeout(timeLimits.programs);

const job = { layersDirectory: null, webApp: null, timeoutMs: 60_000 };

/** Counts runs; the one after `until` is interrupted, as by Ctrl-C. */
function counted(runner: Runner, until = Number.POSITIVE_INFINITY) {
  let runs = 0;
  const counting: Runner = {
    ...runner,
    run: async (given) => {
      if (runs === until) throw new CongruentError({ code: "E_INTERRUPTED", what: "interrupted", exit: 130 });
      runs++;
      return runner.run(given);
    },
  };
  return { counting, runs: () => runs };
}

describe("a bisect that was interrupted", () => {
  let directory: string;
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), "journal-"));
  });
  afterAll(() => rm(directory, { recursive: true }));

  it("goes on where it was, at any point, finds the same, and leaves nothing behind", async () => {
    const made = testModels.encoder();
    const output = made.model.graph?.node.find(({ name }) => name === "15_MatMul")?.output[0] as string;
    const runner = faultyRunner([{ output, fault: scaled(1.1) }]);
    const whole = counted(runner);
    const { seconds: _, ...right } = await bisect({ ...made, runner: whole.counting, job });
    expect(whole.runs()).toBeGreaterThan(3);
    for (let until = 1; until < whole.runs(); until++) {
      const journal = openJournal([`interrupted after ${until}`], directory);
      const first = counted(runner, until);
      await expect(bisect({ ...made, runner: first.counting, job, journal })).rejects.toMatchObject({
        code: "E_INTERRUPTED",
      });
      const second = counted(runner);
      const { seconds: __, ...resumed } = await bisect({ ...made, runner: second.counting, job, journal });
      expect(second.runs()).toBe(whole.runs() - until);
      expect({ ...resumed, runs: right.runs }).toEqual(right);
    }
    expect(await readdir(directory)).toEqual([]);
  });

  it("makes a run again for other settings", async () => {
    const made = testModels.mlp();
    const [runner, other] = [counted(faultyRunner([]), 1), counted(faultyRunner([]))];
    const journalOf = (threads: number) => openJournal([{ threads }], directory);
    await expect(bisect({ ...made, runner: runner.counting, job, journal: journalOf(1) })).rejects.toThrow();
    const fresh = counted(faultyRunner([]));
    await bisect({ ...made, runner: fresh.counting, job });
    await bisect({ ...made, runner: other.counting, job, journal: journalOf(2) });
    expect(other.runs()).toBe(fresh.runs());
  });
});
