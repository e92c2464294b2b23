import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { killedSearch, trialSet } from "./kill-and-resume.js";

/** A search killed at random moments ends with the trials and results of one that never was. */
export function describeKilled(options: {
  kills: number;
  sampler: string;
  seed: number;
  parallel?: number;
}): void {
  const { kills, sampler, parallel = 1 } = options;
  describe(`a ${sampler} search, ${parallel} at once, killed ${kills} times`, () => {
    let folder: string;
    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), "congruent-tune-"));
    });
    afterAll(() => rm(folder, { recursive: true, force: true }));

    it("ends with the same trials and results, and runs nothing again that was finished", async () => {
      const [whole, killed] = [join(folder, "whole"), join(folder, "killed")];
      await killedSearch(whole, { ...options, kills: 0 });
      const told = await killedSearch(killed, options);
      expect(told.killed).toBe(kills);
      const [expected, found] = [whole, killed].map((path) => trialSet(join(path, "journal.jsonl")));
      expect(expected?.trials).toHaveLength(14);
      expect(found).toEqual(expected);
      // One that was under way at a kill may have run twice; no other.
      const lines = (await readFile(join(killed, "ran.txt"), "utf8")).trim().split("\n");
      expect(lines.length - new Set(lines).size).toBeLessThanOrEqual(told.killed * parallel);
      expect(new Set(lines)).toEqual(
        new Set((await readFile(join(whole, "ran.txt"), "utf8")).trim().split("\n")),
      );
      expect(existsSync(join(killed, "tuner.lock"))).toBe(false);
    }, 300_000);
  });
}
