import { timeLimits } from "@congruent/core/testing";
import { expect, it, jest } from "@jest/globals";
import { runFuzz } from "./run-fuzz.js";

jest.setTimeout(timeLimits.programs);

it("takes or refuses 20,000 damaged models, and needs less than 512 MiB", async () => {
  const { taken, refused, peakMiB } = await runFuzz(2026, 20_000, 900_000);
  expect(Object.values(refused).reduce((sum, count) => sum + count, taken)).toBe(20_000);
  expect(peakMiB).toBeLessThan(512);
}, 900_000);
