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
  folder = await mkdtemp(join(tmpdir(), "congruent-kill-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

it("a training that is killed three times ends as if it had not been", async () => {
  const whole = join(folder, "whole");
  const typical = await attempt(whole, { resume: false });
  expect(typical.code).toBeNull();
  const expected = await fingerprint(whole);
  // All the state there is was in use: the training was ended by a callback, after the rate had been reduced.
  expect(expected.stopped).toBeDefined();
  const rates = (expected.epochs as { learningRate: number }[]).map(({ learningRate }) => learningRate);
  expect(new Set(rates).size).toBeGreaterThan(1);
  // With this seed the first is killed early in its training, when its checkpoints alone know of it.
  const { fingerprints, killed, resumed } = await killAndResume(folder, { kills: 3, seed: 2, typical });
  expect(killed).toBe(3);
  expect(resumed).toBeGreaterThan(0);
  for (const found of fingerprints) expect(found).toEqual(expected);
}, 600_000);
