/** One published layers model, exported natively and by tf2onnx: whether it is right, and how long each took. */
import { statSync } from "node:fs";
import { rows, sizeOf, tensor } from "../../packages/core/src/index.ts";
import { convertNatively } from "../../packages/exporter/src/convert-natively.ts";
import { exportModel } from "../../packages/exporter/src/index.ts";
import {
  decodeWeights,
  loadLayersModel,
  predictInBatches,
  readArtifacts,
} from "../../packages/layers/src/index.ts";
import { encodeModel } from "../../packages/onnx/src/index.ts";
import { load } from "../../packages/runtime/src/index.ts";
import { loadTfjs } from "../../packages/toolchain/src/index.ts";
import { registerUpscalerLayers, upscalerConverters } from "./upscaler-layers.mjs";

const seconds = (start) => (performance.now() - start) / 1000;

/**
 * @param {{title: string, package: string, file: string, out: string, tf2onnx: boolean}} model
 * @returns what the page's row says
 */
export async function measure({ title, package: from, file, out, tf2onnx }) {
  const { tf } = await loadTfjs();
  registerUpscalerLayers(tf);
  const start = performance.now();
  const artifacts = await readArtifacts(file);
  const source = { modelTopology: artifacts.modelTopology, weights: decodeWeights(tf, artifacts) };
  const bytes = encodeModel(convertNatively(source, { layers: upscalerConverters })).length;
  const native = seconds(start);
  const whole = performance.now();
  const exported = await exportModel({ model: file, out, layers: upscalerConverters });
  const verified = seconds(whole);
  const model = await loadLayersModel(tf, file);
  const off = await distance(tf, model, out);
  return {
    title,
    package: from,
    weights: model.countParams(),
    layers: model.layers.length,
    nodes: exported.nodes,
    bytes,
    onDisk: statSync(out).size,
    off,
    native,
    verified,
    because: exported.verification.because,
    inputs: exported.verification.inputs.length,
    tf2onnx: tf2onnx ? await byTf2onnx(file, `${out}.tf2onnx.onnx`) : null,
  };
}

/** Seconds that the whole of it takes, or why it cannot. */
async function byTf2onnx(file, out) {
  const start = performance.now();
  try {
    await exportModel({ model: file, out, via: "tf2onnx", timeoutMs: 600_000 });
    return seconds(start);
  } catch (error) {
    return error.code;
  }
}

/** Sides of pictures where a model leaves them open. */
const SIDES = [33, 40];
/** Of pixels from 0 to 1. */
const SEED = 7;

/** How far ONNX Runtime is from tfjs on two random pictures, as a part of the largest output. */
async function distance(tf, source, path) {
  const loaded = await load(path);
  const [input] = loaded.inputs;
  const shape = input.dims.map((size, axis) => {
    if (axis === 0) return 2;
    return typeof size === "number" ? size : SIDES[axis - 1];
  });
  const data = await tf.randomUniform([sizeOf(shape)], 0, 1, "float32", SEED).data();
  const inputs = { [input.name]: tensor("float32", Float32Array.from(data), shape) };
  const right = predictInBatches(tf, source, { inputs, batching: { mode: "once" } }).outputs;
  const found = await loaded.run(inputs);
  await loaded.close();
  const parts = Object.entries(right).map(([name, expected]) => {
    const largest = expected.data.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    const given = rows(found[name], 0, 2);
    if (given.data.length !== expected.data.length || !(largest > 0)) return Number.POSITIVE_INFINITY;
    const worst = expected.data.reduce(
      (most, value, i) => Math.max(most, Math.abs(given.data[i] - value)),
      0,
    );
    return worst / largest;
  });
  return Math.max(...parts);
}
