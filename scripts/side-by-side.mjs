/**
 * The gain of computing parts of a batch side by side, for each network: `node scripts/side-by-side.mjs [NETWORK …]`.
 *
 * Training steps of a batch of 64, whole and in the parts that the trainer would divide it into, each in a process of its own, taking turns
 * as in `congruent bench train`. The zoo's `sideBySide` says which the trainer chooses.
 */
import { nodeWorker } from "../packages/bench/dist/contenders/node-worker.js";
import { prepareJob } from "../packages/bench/dist/job.js";
import { threads } from "../packages/bench/dist/machine.js";
import { measure } from "../packages/bench/dist/measure.js";
import { architecture } from "../packages/zoo/dist/index.js";

const ROUNDS = 5;
const given = process.argv.slice(2);
const networks =
  given.length > 0 ? given : ["mlp", "mlp512", "lenet", "cnn-small", "transformer", "cnn-nopool", "vgg"];

const contenders = [false, true].map((sideBySide) => ({
  name: String(sideBySide),
  title: sideBySide ? "in parts" : "whole",
  peer: false,
  configurations: () => [{ title: "graph", values: { engine: "graph", sideBySide } }],
  command: nodeWorker,
}));

console.log(
  `network        whole  in parts  ratio  (ms a step, medians of ${ROUNDS} rounds; ${threads} threads)`,
);
for (const network of networks) {
  const prepared = await prepareJob({ network, batchSize: 64, seed: 42, threads });
  try {
    const entries = await measure({
      prepared,
      contenders,
      rounds: ROUNDS,
      blockMs: 2000,
      timeoutMs: 300_000,
    });
    const failed = entries.find(({ status }) => status !== "measured");
    if (failed) throw new Error(`${network}, ${failed.title}: ${failed.reason}`);
    const [whole, parts] = entries.map(({ milliseconds }) => milliseconds);
    const chosen = architecture(network).sideBySide ? "  side by side" : "";
    const times = `${whole.toFixed(2).padStart(7)} ${parts.toFixed(2).padStart(9)}`;
    console.log(`${network.padEnd(12)} ${times} ${(parts / whole).toFixed(2).padStart(6)}${chosen}`);
  } finally {
    await prepared.remove();
  }
}
