/**
 * `npm run source scripts/webgpu-conv-sweep.mjs [channels|settings]`: which single convolutions ONNX Runtime's native WebGPU EP computes
 * wrongly on this machine, as Markdown tables: over channels (no padding, stride 1), and over everything else that a Conv can be.
 * docs/webgpu-conv.md holds one run of it. Needs `npm run setup` before.
 *
 * Each model is one Conv node on seeded numbers; WebGPU is compared with the CPU provider, with the bound that parity reports use for one
 * summing layer. What is wrong is run again as `portable` of @congruent/passes rewrites it. Ends with 1 where the condition of that
 * rewrite misses a convolution that is wrong, or the rewrite leaves one wrong.
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
import { portable } from "../packages/passes/src/index.ts";
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
/** What else a convolution can be, by its title. */
const SETTINGS = {
  "nothing else": {},
  "a bias": { bias: true },
  "one sample": { samples: 1 },
  "strides of 2": { strides: [2, 2] },
  "a stride of 2 along one axis": { strides: [2, 1] },
  "padding of 1": { pads: [1, 1, 1, 1] },
  "padding at one side": { pads: [0, 1, 0, 0] },
  SAME_UPPER: { auto_pad: "SAME_UPPER" },
  "dilations of 2": { dilations: [2, 2] },
  "a window of 1x1": { window: [1, 1] },
  "1x1, strides of 2": { window: [1, 1], strides: [2, 2] },
  "1x1, padding of 1": { window: [1, 1], pads: [1, 1, 1, 1] },
  "1x1, padding at one side": { window: [1, 1], pads: [0, 1, 0, 0] },
  "1x1, padding at the end": { window: [1, 1], pads: [0, 0, 0, 1] },
  "1x1 on 2x2, 6 to 6 channels": { window: [1, 1], input: [2, 2], outputs: 6 },
  "9x9, the whole input, padding at the end": { window: [9, 9], pads: [0, 0, 1, 1] },
  "1x1, SAME_UPPER": { window: [1, 1], auto_pad: "SAME_UPPER" },
  "1x3": { window: [1, 3] },
  "3x1": { window: [3, 1] },
  "9x9, the whole input": { window: [9, 9] },
  "9x1": { window: [9, 1] },
  "2x2, strides of 2": { window: [2, 2], strides: [2, 2] },
  "one axis": { input: [9], window: [3] },
  "one axis, a window of 1": { input: [9], window: [1] },
  "one axis, a window of 1, a stride of 2": { input: [9], window: [1], strides: [2] },
  "one axis, the whole input": { input: [9], window: [9] },
  "three axes": { input: [5, 5, 5], window: [3, 3, 3] },
  "three axes, 1x1x1": { input: [5, 5, 5], window: [1, 1, 1] },
  "three axes, 1x1x1, strides of 2": { input: [5, 5, 5], window: [1, 1, 1], strides: [2, 2, 2] },
  "an input of 3x3": { input: [3, 3] },
  "an input of 3x40": { input: [3, 40] },
  "an input of 40x40": { input: [40, 40] },
  "to 8 channels": { outputs: 8 },
  "to 12 channels": { outputs: 12 },
  "to 20 channels": { outputs: 20 },
  "to 64 channels": { outputs: 64 },
  "to 2 channels": { outputs: 2 },
  "to 7 channels": { outputs: 7 },
  "12 to 8 channels, 2 groups": { channels: 12, outputs: 8, group: 2 },
  "18 to 12 channels, 3 groups": { channels: 18, outputs: 12, group: 3 },
  "18 to 12 channels, 2 groups": { channels: 18, outputs: 12, group: 2 },
  "10 to 10 channels, 2 groups": { channels: 10, outputs: 10, group: 2 },
  "12 to 20 channels, 4 groups": { channels: 12, outputs: 20, group: 4 },
  "6 to 18 channels, 3 groups": { channels: 6, outputs: 18, group: 3 },
  "12 to 6 channels, 2 groups": { channels: 12, outputs: 6, group: 2 },
  "a filter for each channel": { outputs: 6, group: 6 },
  "four filters for each channel": { outputs: 24, group: 6 },
  "33 channels": { channels: 33 },
  "39 to 4 channels": { channels: 39, outputs: 4 },
  "63 to 8 channels": { channels: 63, outputs: 8 },
  "129 to 4 channels": { channels: 129, outputs: 4 },
};
/** Height and width of the input, as before LeNet's second convolution. */
const SIDE = 14;
const SAMPLES = 2;
/** Convolutions that the rewrite misses, or does not make right. */
const flaws = [];
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
  const [table] = process.argv.slice(2);
  const tables = [
    ...(table === "settings" ? [] : [await channelsTable()]),
    ...(table === "channels" ? [] : [await settingsTable()]),
  ];
  const { onnxruntime } = tables[0].versions;
  console.log(
    `ONNX Runtime ${onnxruntime}, ${adapter}, Node ${process.versions.node}, ${platform()} ${arch()}.\n`,
  );
  console.log(tables.map(({ lines }) => lines.join("\n")).join("\n\n"));
  for (const flaw of flaws) console.error(flaw);
  if (flaws.length > 0) process.exitCode = 1;
}

async function channelsTable() {
  const rows = [];
  let versions = {};
  for (const channels of INPUT_CHANNELS) {
    const cells = [];
    for (const { kernel, outputs } of SHAPES) {
      const found = await measured({
        ...{ channels, outputs, input: [SIDE, SIDE], window: [kernel, kernel] },
        seed: channels * 1000 + kernel * 100 + outputs,
      });
      versions = found.versions;
      cells.push(found.text);
    }
    rows.push(`| ${channels} | ${cells.join(" | ")} |`);
  }
  const titles = SHAPES.map(({ kernel, outputs }) => `${kernel}x${kernel} to ${outputs}`);
  const lines = [
    `| input channels | ${titles.join(" | ")} |`,
    `| ---: |${" ---: |".repeat(titles.length)}`,
    ...rows,
  ];
  return { versions, lines };
}

async function settingsTable() {
  const rows = [];
  let versions = {};
  for (const [title, setting] of Object.entries(SETTINGS)) {
    const found = await measured({
      ...{ channels: 6, outputs: 16, input: [9, 9], window: [3, 3], seed: rows.length + 1 },
      ...setting,
    });
    versions = found.versions;
    rows.push(`| ${title} | ${found.text} | ${found.after} |`);
  }
  return {
    versions,
    lines: ["| 6 to 16 channels, 3x3 on 9x9, but | as it is | rewritten |", "| --- | ---: | ---: |", ...rows],
  };
}

/** One convolution as it is, and as it is rewritten where it is. */
async function measured(setting) {
  const { model, feeds, terms } = modelOf(setting);
  const before = await differenceOf(model, model, feeds, terms);
  const { model: rewritten, rewrites } = portable(model);
  if (!before.right && rewrites.length === 0)
    flaws.push(`wrong, and not rewritten: ${JSON.stringify(setting)}`);
  if (rewrites.length === 0) return { ...before, after: "–" };
  const after = await differenceOf(model, rewritten, feeds, terms);
  if (!after.right) flaws.push(`wrong as it is rewritten: ${JSON.stringify(setting)}`);
  return { ...before, after: after.text };
}

function modelOf({
  channels,
  outputs,
  input,
  window,
  seed,
  samples = SAMPLES,
  group = 1,
  bias = false,
  ...attributes
}) {
  const random = generator(seed);
  const numbers = (dims) => {
    const data = Float32Array.from({ length: dims.reduce((a, b) => a * b) }, () => random() * 2 - 1);
    return tensor("float32", data, dims);
  };
  const lists = Object.entries(attributes).map(([name, list]) => [
    name,
    Array.isArray(list) ? list.map(BigInt) : list,
  ]);
  const weight = numbers([outputs, channels / group, ...window]);
  const graph = makeGraph(
    [
      makeNode("Conv", ["x", "w", ...(bias ? ["b"] : [])], ["y"], {
        attributes: { ...Object.fromEntries(lists), ...(group > 1 && { group: BigInt(group) }) },
      }),
    ],
    "convolution",
    [makeTensorValueInfo("x", "float32", ["batch", channels, ...input])],
    [makeTensorValueInfo("y", "float32", ["batch", outputs, ...input.map(() => null)])],
    [makeTensor("w", weight), ...(bias ? [makeTensor("b", numbers([outputs]))] : [])],
  );
  const feeds = { x: numbers([samples, channels, ...input]) };
  return { model: makeModel(graph), feeds, terms: (channels / group) * window.reduce((a, b) => a * b) };
}

/** The largest difference as a part of the largest output; bold where rounding does not explain it. */
async function differenceOf(baseline, model, feeds, terms) {
  const cpu = await outputOf(baseline, "node-cpu", feeds);
  const webgpu = await outputOf(model, "node-webgpu", feeds);
  const { maxAbs, scale } = difference(cpu.y, webgpu.y);
  const { bound } = toleranceOf("y", "float32", scale, {
    ...{ reductions: 1, terms, others: 0 },
    ...{ rounding: 2 ** -24, jumps: new Set() },
  });
  const text = maxAbs === null ? "not comparable" : (maxAbs / scale).toExponential(1);
  const right = maxAbs !== null && maxAbs <= bound;
  return { versions: webgpu.versions, right, text: right ? text : `**${text}**` };
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
