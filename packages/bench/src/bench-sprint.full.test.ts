/** @needs export tensorflow */

import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { checked } from "@congruent/core";
import { recipeSchema, sprintBenchSchema } from "@congruent/core/schemas";
import { timeLimits } from "@congruent/core/testing";
import { provisionEnvironment } from "@congruent/toolchain";
import { expect, it, jest } from "@jest/globals";
import { benchSprint } from "./bench-sprint.js";

jest.setTimeout(timeLimits.training);

/** The whole sprint on 2,000 images: every trainer learns, says so after every epoch, and stops at the target. */
it("every trainer reaches the target", async () => {
  await provisionEnvironment("bench", () => undefined);
  const path = fileURLToPath(new URL("../recipes/sprint.json", import.meta.url));
  const recipe = checked(JSON.parse(await readFile(path, "utf8")), recipeSchema, path);
  const small = {
    ...recipe,
    subset: { labelCounts: Array(10).fill(200), seed: 1, dropFirst: false },
    epochs: 6,
  };
  // 0.95 is what 6 epochs on 2,000 images come to; the first epoch ends near 0.6.
  const result = await benchSprint({ recipe: small, rounds: 1, target: 0.8 });
  const bench = checked(result, sprintBenchSchema, "the result");
  for (const { name, seconds, runs } of bench.contenders) {
    const [run] = runs;
    expect({ name, reason: run?.reason, reached: seconds !== null }).toEqual({
      name,
      reason: null,
      reached: true,
    });
    expect(run?.epochs.at(-1)?.accuracy).toBeGreaterThanOrEqual(0.8);
    for (const { accuracy } of run?.epochs.slice(0, -1) ?? []) expect(accuracy).toBeLessThan(0.8);
  }
  expect(bench.toBetterPeer).toBeGreaterThan(0);
}, 1_200_000);
