/** A search whose trials are a function with a little waiting, for tests that kill it: DIRECTORY SAMPLER PARALLEL. */
import { appendFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { functionExecutor } from "../executors/function-executor.js";
import { openSearch } from "../search.js";

const [directory = "", sampler = "", parallel = "1"] = process.argv.slice(2);
const search = await openSearch({
  directory,
  name: "killed",
  objective: { name: "score", direction: "max" },
  sampler,
  maxTrials: 14,
  executionsPerTrial: 2,
  maxRetriesPerTrial: 1,
  build: (hp) => ({ x: hp.float("x", { min: 0, max: 1 }), kind: hp.choice("kind", ["a", "b"]) }),
});
process.send?.("begun");
await search.run({
  parallel: Number(parallel),
  executor: functionExecutor(async ({ trial, execution, attempt, repeat, values }) => {
    await setTimeout(20);
    // Each trial whose number ends in 3 fails at first.
    if (trial % 10 === 3 && attempt === 0) throw new Error("planned");
    appendFileSync(join(directory, "ran.txt"), `${trial} ${execution} ${attempt}\n`);
    return [{ score: Number(values.x) + repeat / 100 }, { score: Number(values.x) / 2 }];
  }),
});
await search.close();
