/** @needs export tensorflow */

import { checked } from "@congruent/core";
import { trainBenchSchema } from "@congruent/core/schemas";
import { timeLimits } from "@congruent/core/testing";
import { provisionEnvironment } from "@congruent/toolchain";
import { expect, it, jest } from "@jest/globals";
import { BENCH_NETWORKS, benchTrain } from "./bench-train.js";
import { type Contender, contenders } from "./contenders/index.js";

jest.setTimeout(timeLimits.training);

/** The networks of all trainers are the same ones: from equal weights they find equal probabilities. */
it("every network is measured with every trainer", async () => {
  await provisionEnvironment("bench", () => undefined);
  const once = contenders.map(
    (contender): Contender => ({
      ...contender,
      configurations: (job) => contender.configurations(job).slice(0, 1),
    }),
  );
  const result = await benchTrain({
    networks: BENCH_NETWORKS,
    rounds: 1,
    batchSize: 8,
    blockMs: 50,
    contenders: once,
  });
  const bench = checked(result, trainBenchSchema, "the result");
  for (const { network, contenders: rows } of bench.networks) {
    for (const { name, status, reason, milliseconds, outputDifference } of rows) {
      // bfloat16 needs units that few processors have.
      if (status === "unavailable") continue;
      expect({ network, name, status, reason }).toEqual({ network, name, status: "measured", reason: null });
      expect(milliseconds).toBeGreaterThan(0);
      expect(outputDifference).toBeLessThan(1e-4);
    }
  }
  expect(bench.peak.gflops).toBeGreaterThan(1);
}, 1_200_000);
