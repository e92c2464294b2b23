/**
 * What computing parts of a batch side by side gains, network by network: `node scripts/side-by-side.mjs [NETWORK …]`.
 *
 * Training steps of 64 made-up images, the batch whole with all threads for an operator, and in parts with the threads divided among them;
 * each in processes of its own that take turns. The zoo's `sideBySide` says which the trainer chooses.
 */
import { execFileSync } from "node:child_process";
import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { loadTensorFlow } from "../packages/toolchain/dist/index.js";
import { createEngine, objectiveOf, optimizerOf } from "../packages/trainer/dist/index.js";
import { architecture } from "../packages/zoo/dist/index.js";

const ROUNDS = 3;
const SECONDS = 2;
const WARM_UP = 10;
const [BATCH, BATCHES] = [64, 10];
const NETWORKS = ["mlp", "mlp512", "lenet", "cnn-small", "transformer", "cnn-nopool", "vgg"];

const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];

/** Milliseconds of a training step in this process. */
async function stepTime(network, batchParts, threads) {
  const tf = await loadTensorFlow({ device: "cpu", threads });
  const { inputShape, build } = architecture(network);
  const model = build(tf, { seed: 1, classes: 10 });
  const count = BATCH * BATCHES;
  const pixels = Uint8Array.from({ length: count * 28 * 28 }, (_, i) => (i * 7919) % 256);
  const labels = Int32Array.from({ length: count }, (_, i) => i % 10);
  const engine = await createEngine("graph", {
    tf,
    model,
    objective: objectiveOf(model, { loss: "sparseCategoricalCrossentropy", metrics: ["accuracy"] }),
    train: {
      count,
      inputs: [{ dtype: "uint8", shape: inputShape, data: pixels }],
      targets: [{ dtype: "int32", shape: [], data: labels }],
      weights: [],
    },
    held: null,
    optimizer: optimizerOf({ name: "adam", learningRate: 0.001, beta1: 0.9, beta2: 0.999, epsilon: 1e-7 }),
    batchSizes: [BATCH],
    batchParts,
    seed: 1,
  });
  const times = [];
  let measured = 0;
  for (let step = 0; measured < SECONDS * 1000; step++) {
    const first = (step % BATCHES) * BATCH;
    const started = performance.now();
    engine.trainStep(Int32Array.from({ length: BATCH }, (_, i) => first + i));
    if (step < WARM_UP) continue;
    times.push(performance.now() - started);
    measured += times.at(-1);
  }
  engine.close();
  return median(times);
}

function inProcess(...args) {
  const self = fileURLToPath(import.meta.url);
  return Number(
    execFileSync(process.execPath, [self, "--step", ...args.map(String)], {
      stdio: ["ignore", "pipe", "ignore"],
    }),
  );
}

const args = process.argv.slice(2);
if (args[0] === "--step") {
  const [, network, parts, threads] = args;
  console.log(await stepTime(network, Number(parts), Number(threads)));
} else {
  const threads = availableParallelism();
  const parts = Math.min(threads, BATCH / 32);
  console.log(
    `network       whole   ${parts} parts  ratio  (ms a step, medians of ${ROUNDS} rounds; ${threads} threads)`,
  );
  for (const network of args.length > 0 ? args : NETWORKS) {
    const times = { whole: [], parts: [] };
    for (let round = 0; round < ROUNDS; round++) {
      times.whole.push(inProcess(network, 1, threads));
      times.parts.push(inProcess(network, parts, Math.floor(threads / parts)));
    }
    const [whole, divided] = [median(times.whole), median(times.parts)];
    const chosen = architecture(network).sideBySide ? "  side by side" : "";
    console.log(
      `${network.padEnd(12)} ${whole.toFixed(2).padStart(6)} ${divided.toFixed(2).padStart(9)} ${(divided / whole).toFixed(2).padStart(6)}${chosen}`,
    );
  }
}
