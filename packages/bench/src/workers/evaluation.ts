/** `evaluate` as a contender: see python/worker.py, which says how it is talked to. A step is one evaluation. */
import { readFile } from "node:fs/promises";
import { createInterface } from "node:readline";
import { loadDataset } from "@congruent/datasets";
import { evaluate } from "@congruent/evaluator";
import type { EvaluationJob } from "../evaluators/index.js";
import { logProbabilitiesOf } from "../log-probabilities.js";
import { peakBytes } from "./peak-bytes.js";

async function main(jobFile: string): Promise<void> {
  const job = JSON.parse(await readFile(jobFile, "utf8")) as EvaluationJob;
  const begin = performance.now();
  const dataset = await loadDataset(job.dataset);
  const logProbabilities = await logProbabilitiesOf(job.model, dataset.test, job.compared);
  const { versions } = await evaluate({ model: job.model, dataset, limit: 1 });
  const preparationMs = performance.now() - begin;
  say({ ready: { versions, logProbabilities, multiple: 1, preparationMs }, peakBytes: peakBytes() });
  for await (const line of createInterface({ input: process.stdin })) {
    const { steps } = JSON.parse(line) as { steps: number };
    const start = performance.now();
    let mistakes = 0;
    for (let step = 0; step < steps; step++) {
      mistakes = 1 - (await evaluate({ model: job.model, dataset, runtime: "node-cpu" })).accuracy;
    }
    say({ milliseconds: performance.now() - start, loss: mistakes, peakBytes: peakBytes() });
  }
}

function say(message: unknown): void {
  process.stdout.write(`${JSON.stringify(message)}\n`);
}

await main(process.argv[2] as string);
