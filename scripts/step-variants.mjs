/**
 * Ways to compute a training step, compared: `node scripts/step-variants.mjs side-by-side|own-kernels [NETWORK …]`.
 *
 * Training steps of a batch of 64 in two ways, each in a process of its own, taking turns as in `congruent bench train`:
 *
 * - `side-by-side`: whole, and in the parts that the trainer would divide a batch into. The zoo's `sideBySide` says which the trainer chooses.
 * - `own-kernels`: with TensorFlow's kernels and with this project's. `kernelsOf` says which the trainer chooses for a processor.
 */
import { nodeWorker } from "../packages/bench/dist/contenders/node-worker.js";
import { prepareJob } from "../packages/bench/dist/job.js";
import { threads } from "../packages/bench/dist/machine.js";
import { measure } from "../packages/bench/dist/measure.js";

const ROUNDS = 5;

const comparisons = {
  "side-by-side": {
    networks: ["mlp", "mlp512", "lenet", "cnn-small", "transformer", "cnn-nopool", "vgg"],
    ways: { whole: { sideBySide: false }, "in parts": { sideBySide: true } },
  },
  "own-kernels": {
    networks: ["lenet", "cnn-small", "regcnn", "cnn-nopool", "resnet", "vgg"],
    ways: { tensorflow: { kernels: "tensorflow" }, own: { kernels: "own" } },
  },
};

const [name, ...given] = process.argv.slice(2);
const comparison = comparisons[name];
if (!comparison) {
  console.error(`usage: node scripts/step-variants.mjs ${Object.keys(comparisons).join("|")} [NETWORK …]`);
  process.exit(2);
}
const titles = Object.keys(comparison.ways);
const contenders = Object.entries(comparison.ways).map(([title, values]) => ({
  ...{ name: title, title, peer: false, command: nodeWorker },
  configurations: () => [{ title: "graph", values: { engine: "graph", ...values } }],
}));

console.log(
  `network      ${titles.map((title) => title.padStart(10)).join(" ")}  ratio  (ms a step, medians of ${ROUNDS} rounds; ${threads} threads)`,
);
for (const network of given.length > 0 ? given : comparison.networks) {
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
    const times = entries.map(({ milliseconds }) => milliseconds);
    const [before, after] = times;
    const columns = times.map((time) => time.toFixed(2).padStart(10)).join(" ");
    console.log(`${network.padEnd(12)} ${columns} ${(after / before).toFixed(2).padStart(6)}`);
  } finally {
    await prepared.remove();
  }
}
