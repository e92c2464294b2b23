/**
 * `npm run source scripts/webgpu-conv-sweep.mjs`: which single convolutions ONNX Runtime's native WebGPU EP computes wrongly on this
 * machine, as a Markdown table. docs/webgpu-conv.md holds one run of it. Needs `npm run setup` before.
 *
 * Each model is one Conv node (no padding, stride 1) on seeded numbers; WebGPU is compared with the CPU provider, with the bound
 * that parity reports use for one summing layer.
 */
import { arch, platform } from "node:os";
import { tensor } from "../packages/core/src/index.ts";
import { Child } from "../packages/core/src/process/index.ts";
import {
  encodeModel,
  makeGraph,
  makeModel,
  makeNode,
  makeTensor,
  makeTensorValueInfo,
} from "../packages/onnx/src/index.ts";
import { toleranceOf } from "../packages/parity/src/tolerances.ts";
import { difference, load } from "../packages/runtime/src/index.ts";
import { nodeWebGpuEnvironment } from "../packages/toolchain/src/index.ts";

const INPUT_CHANNELS = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 14, 15, 16, 18, 20, 21, 24, 27, 30, 36];
const SHAPES = [
  { kernel: 5, outputs: 16 },
  { kernel: 3, outputs: 16 },
  { kernel: 2, outputs: 16 },
  { kernel: 1, outputs: 16 },
  { kernel: 5, outputs: 4 },
  { kernel: 5, outputs: 6 },
  { kernel: 5, outputs: 15 },
];
/** Height and width of the input, as before LeNet's second convolution. */
const SIDE = 14;
const SAMPLES = 2;
/** Set in the child, which has from its start the variables by which the Vulkan driver is found. */
const READY = "WEBGPU_CONV_SWEEP_ADAPTER";

if (process.env[READY]) await sweep(process.env[READY]);
else await sweepInChild();

async function sweepInChild() {
  const found = await nodeWebGpuEnvironment();
  if (!found.available) {
    console.error(`WebGPU cannot be used: ${found.why}\n  fix: ${found.fix}`);
    process.exitCode = 3;
    return;
  }
  const adapter = found.adapter === "swiftshader" ? "SwiftShader (software)" : `Vulkan (${found.detail})`;
  const [, script, ...args] = process.argv;
  const env = { ...found.env, [READY]: adapter };
  const { exitCode } = await new Child({
    script,
    args,
    nodeOptions: process.execArgv,
    env,
    streams: "inherit",
  }).ended;
  process.exitCode = exitCode ?? 1;
}

async function sweep(adapter) {
  const lines = [];
  let versions = {};
  for (const channels of INPUT_CHANNELS) {
    const cells = [];
    for (const shape of SHAPES) {
      const found = await differenceOf({ channels, ...shape });
      versions = found.versions;
      cells.push(found.text);
    }
    lines.push(`| ${channels} | ${cells.join(" | ")} |`);
  }
  const titles = SHAPES.map(({ kernel, outputs }) => `${kernel}x${kernel} to ${outputs}`);
  console.log(
    `ONNX Runtime ${versions.onnxruntime}, ${adapter}, Node ${process.versions.node}, ${platform()} ${arch()}.\n`,
  );
  console.log(`| input channels | ${titles.join(" | ")} |`);
  console.log(`| ---: |${" ---: |".repeat(titles.length)}`);
  console.log(lines.join("\n"));
}

/** The largest difference as a part of the largest output; bold where rounding does not explain it. */
async function differenceOf({ channels, kernel, outputs }) {
  const random = generator(channels * 1000 + kernel * 100 + outputs);
  const numbers = (dims) => {
    const data = Float32Array.from({ length: dims.reduce((a, b) => a * b) }, () => random() * 2 - 1);
    return tensor("float32", data, dims);
  };
  const weight = numbers([outputs, channels, kernel, kernel]);
  const size = SIDE - kernel + 1;
  const model = makeModel(
    makeGraph(
      [makeNode("Conv", ["x", "w"], ["y"])],
      "convolution",
      [makeTensorValueInfo("x", "float32", ["batch", channels, SIDE, SIDE])],
      [makeTensorValueInfo("y", "float32", ["batch", outputs, size, size])],
      [makeTensor("w", weight)],
    ),
  );
  const feeds = { x: numbers([SAMPLES, channels, SIDE, SIDE]) };
  const cpu = await outputOf(model, "node-cpu", feeds);
  const webgpu = await outputOf(model, "node-webgpu", feeds);
  const { maxAbs, scale } = difference(cpu.y, webgpu.y);
  const { bound } = toleranceOf("y", "float32", scale, {
    ...{ reductions: 1, terms: channels * kernel * kernel, others: 0 },
    ...{ rounding: 2 ** -24, jumps: new Set() },
  });
  const text = maxAbs === null ? "not comparable" : (maxAbs / scale).toExponential(1);
  const right = maxAbs !== null && maxAbs <= bound;
  return { versions: webgpu.versions, text: right ? text : `**${text}**` };
}

async function outputOf(model, runtime, feeds) {
  const session = await load(encodeModel(model), { runtime });
  try {
    return { y: (await session.run(feeds)).y, versions: session.versions };
  } finally {
    await session.close();
  }
}

/** Numbers from 0 to 1 that are the same on every machine (mulberry32). */
function generator(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
