/**
 * A model that anyone can compute by hand, for tests of the pages: class k's logit is the mean brightness of every
 * tenth pixel from k on, times 10.
 */
import { createHash } from "node:crypto";
import { type Tensor, tensor } from "@congruent/core";
import type { Card, Passport } from "@congruent/core/schemas";
import {
  encodeModel,
  makeGraph,
  makeModel,
  makeNode,
  makeTensor,
  makeTensorValueInfo,
  writeCard,
} from "@congruent/onnx";
import { encodeTensor } from "@congruent/runtime";
import { generator } from "./digits.js";
import type { Overlay } from "./serve-app.js";

const PIXELS = 28 * 28;
const CLASSES = 10;

const card: Card = {
  schema: "congruent/card@1",
  name: "band",
  description: "Brightness of every tenth pixel",
  profile: "image-classifier",
  input: { name: "pixels", height: 28, width: 28, channels: 1, range: [0, 255], foreground: "light" },
  outputs: ["label", "probabilities", "logits"],
  labels: ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"],
  dataset: { name: "none", license: "none", sha256: {} },
  versions: {},
};

/** The ONNX file: Reshape, MatMul, Softmax, ArgMax. Where it is one of several, its name ends the labels. */
export function bandModel(name?: string): Uint8Array {
  const weights = new Float32Array(PIXELS * CLASSES);
  for (let i = 0; i < PIXELS; i++) weights[i * CLASSES + (i % CLASSES)] = weightOf(i % CLASSES);
  const graph = makeGraph(
    [
      makeNode("Reshape", ["pixels", "shape"], ["flat"]),
      makeNode("MatMul", ["flat", "weights"], ["logits"]),
      makeNode("Softmax", ["logits"], ["probabilities"], { attributes: { axis: -1n } }),
      makeNode("ArgMax", ["logits"], ["label"], { attributes: { axis: -1n, keepdims: 0n } }),
    ],
    "band",
    [makeTensorValueInfo("pixels", "float32", ["batch", 28, 28, 1])],
    [
      makeTensorValueInfo("label", "int64", ["batch"]),
      makeTensorValueInfo("probabilities", "float32", ["batch", CLASSES]),
      makeTensorValueInfo("logits", "float32", ["batch", CLASSES]),
    ],
    [
      makeTensor("shape", tensor("int64", BigInt64Array.of(-1n, BigInt(PIXELS)), [2])),
      makeTensor("weights", tensor("float32", weights, [PIXELS, CLASSES])),
    ],
  );
  const labels = card.labels.map((label) => (name === undefined ? label : `${label} of ${name}`));
  return encodeModel(writeCard(makeModel(graph), { ...card, name: name ?? card.name, labels }));
}

/** Pixels of class k number 79 for k below 4, else 78. */
function weightOf(k: number): number {
  return 10 / 255 / (k < PIXELS % CLASSES ? 79 : 78);
}

/** Seeded pictures and, computed here in float64, what the model must answer. */
export function bandGolden(samples = 4): { inputs: Record<string, Tensor>; outputs: Record<string, Tensor> } {
  const random = generator(11);
  const pixels = Float32Array.from({ length: samples * PIXELS }, (_, i) => {
    // One class's pixels are brighter, so that no decision is near a tie.
    const favored = Math.floor(i / PIXELS) % CLASSES;
    return Math.round(random() * 155) + ((i % PIXELS) % CLASSES === favored ? 100 : 0);
  });
  const logits = new Float64Array(samples * CLASSES);
  for (let i = 0; i < pixels.length; i++) {
    const k = (i % PIXELS) % CLASSES;
    const cell = Math.floor(i / PIXELS) * CLASSES + k;
    logits[cell] = (logits[cell] as number) + (pixels[i] as number) * Math.fround(weightOf(k));
  }
  const probabilities = new Float64Array(logits.length);
  const label = new BigInt64Array(samples);
  for (let sample = 0; sample < samples; sample++) {
    const row = [...logits.slice(sample * CLASSES, (sample + 1) * CLASSES)];
    const sum = row.reduce((total, value) => total + Math.exp(value), 0);
    probabilities.set(
      row.map((value) => Math.exp(value) / sum),
      sample * CLASSES,
    );
    label[sample] = BigInt(row.indexOf(Math.max(...row)));
  }
  return {
    inputs: { pixels: tensor("float32", pixels, [samples, 28, 28, 1]) },
    outputs: {
      label: tensor("int64", label, [samples]),
      probabilities: tensor("float32", Float32Array.from(probabilities), [samples, CLASSES]),
      logits: tensor("float32", Float32Array.from(logits), [samples, CLASSES]),
    },
  };
}

export function bandPassport(model: Uint8Array): Passport {
  const { inputs, outputs } = bandGolden();
  const encoded = (tensors: Record<string, Tensor>) =>
    Object.fromEntries(Object.entries(tensors).map(([name, value]) => [name, encodeTensor(value)]));
  const why = "sums of 79 products in float32 of about 10";
  return {
    schema: "congruent/passport@1",
    model: { file: "model.onnx", sha256: sha256Of(model), bytes: model.length },
    golden: {
      source: "seeded noise",
      runtime: "tfjs",
      inputs: encoded(inputs),
      outputs: encoded(outputs),
      bounds: {
        label: { bound: 0, why: "labels are exact" },
        probabilities: { bound: 1e-5, why },
        logits: { bound: 1e-4, why },
      },
    },
    parity: {
      verdict: "pass",
      cells: [{ runtime: "web-wasm", browser: "chromium", status: "pass", samples: 4 }],
    },
  };
}

/** The app's models replaced by this one, with the passport that the test gives it. */
export function bandOverlay(
  model: Uint8Array,
  passport: Passport | null = bandPassport(model),
  name = "band",
): Overlay {
  const entry = {
    name,
    title: card.description,
    bytes: model.length,
    sha256: sha256Of(model),
    passport: passport !== null,
    differing: ["web-webgpu"],
  };
  return {
    "/models/index.json": JSON.stringify({ schema: "congruent/model-index@1", models: [entry] }),
    [`/models/${name}/model.onnx`]: model,
    [`/models/${name}/model.passport.json`]: passport && JSON.stringify(passport),
  };
}

function sha256Of(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}
