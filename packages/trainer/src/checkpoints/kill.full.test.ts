/** @needs tensorflow */

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { timeLimits } from "@congruent/core/testing";
import { afterAll, beforeAll, expect, it, jest } from "@jest/globals";
import { attempt, fingerprint, killAndResume } from "../testing/kill-and-resume.js";

jest.setTimeout(timeLimits.training);

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "congruent-kill-full-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

it("trainings that are killed at ten random moments end as if they had not been", async () => {
  const whole = join(folder, "whole");
  const typical = await attempt(whole, { resume: false });
  const expected = await fingerprint(whole);
  const { fingerprints, killed, resumed } = await killAndResume(folder, { kills: 10, seed: 2, typical });
  expect(killed).toBe(10);
  expect(resumed).toBeGreaterThan(3);
  for (const found of fingerprints) expect(found).toEqual(expected);
}, 600_000);
