/**
 * `npm run source scripts/runtime-overhead.mjs [MODEL.onnx]`: what `run` and `classify` of one picture, and `load`, cost beside ONNX Runtime alone:
 * medians of calls that take turns in one process. Default: models/lenet.
 */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { InferenceSession, Tensor } from "onnxruntime-node";
import { median } from "../packages/core/src/index.ts";
import { load } from "../packages/runtime/src/index.ts";
import { root } from "./set-up/javascript.mjs";

const ROUNDS = 3000;
const LOADS = 60;
process.env.ORT_DISABLE_TELEMETRY ??= "1";

const [path = join(root, "models", "lenet", "model.onnx")] = process.argv.slice(2);
const bytes = await readFile(path);
const options = {
  graphOptimizationLevel: "all",
  logSeverityLevel: 3,
  executionProviders: ["cpu"],
  intraOpNumThreads: 1,
};
const session = await InferenceSession.create(bytes, options);
const model = await load(path, { threads: 1 });
const { height, width, channels } = model.card.input;
const dims = [1, height, width, channels];
const pixels = Float32Array.from({ length: height * width * channels }, (_, i) => (i * 67) % 256);

/** Medians in microseconds, of calls that take turns; the order changes from round to round. */
async function measured(calls, rounds) {
  const names = Object.keys(calls);
  const times = Object.fromEntries(names.map((name) => [name, []]));
  for (let round = 0; round < rounds + rounds / 10; round++) {
    for (let i = 0; i < names.length; i++) {
      const name = names[(i + round) % names.length];
      const start = performance.now();
      await calls[name]();
      // The first tenth warms up.
      if (round >= rounds / 10) times[name].push((performance.now() - start) * 1000);
    }
  }
  return Object.fromEntries(names.map((name) => [name, median(times[name])]));
}

function say(title, found) {
  const [first] = Object.values(found);
  process.stdout.write(`${title}\n`);
  for (const [name, microseconds] of Object.entries(found))
    process.stdout.write(
      `  ${name.padEnd(24)} ${microseconds.toFixed(1).padStart(9)} µs  ${(microseconds / first).toFixed(3)}\n`,
    );
}

say(
  "one picture",
  await measured(
    {
      "onnxruntime-node": () => session.run({ pixels: new Tensor("float32", pixels, dims) }),
      run: () => model.run({ pixels: { dtype: "float32", data: pixels, dims } }),
      classify: () => model.classify([pixels]),
    },
    ROUNDS,
  ),
);
say(
  "load and close",
  await measured(
    {
      "onnxruntime-node": async () =>
        (await InferenceSession.create(await readFile(path), options)).release(),
      load: async () => (await load(path, { threads: 1 })).close(),
    },
    LOADS,
  ),
);
await model.close();
await session.release();
