/** A complete model so small that its outputs can be worked out by hand: for the tests of everything that runs models. */
import { tensor } from "@congruent/core";
import type { Card } from "@congruent/core/schemas";
import { makeGraph, makeModel, makeNode, makeTensor, makeTensorValueInfo } from "./builder.js";
import { writeCard } from "./card.js";
import type { ModelProto } from "./generated/onnx/onnx-ml_pb.js";
import { encodeModel } from "./model.js";

export * from "./testing-graphs.js";

export interface TinyClassifier {
  model: ModelProto;
  bytes: Uint8Array<ArrayBuffer>;
  card: Card;
}

/** Four pixels to three classes; row = pixel, column = class. */
export const TINY_WEIGHTS: readonly number[] = [1, 0, -1, 0, 2, 0, -1, 0, 1, 0.5, -0.5, 0];

/**
 * probabilities = softmax(pixels / 255 · W), label = argmax: pixels float32 [batch, 2, 2, 1], probabilities float32 [batch, 3],
 * label int64 [batch]. Obeys the image-classifier profile.
 *
 * @param weights W, 4 x 3
 */
export function tinyClassifier(weights: readonly number[] = TINY_WEIGHTS): TinyClassifier {
  const graph = makeGraph(
    [
      makeNode("Div", ["pixels", "scale"], ["unit"]),
      makeNode("Flatten", ["unit"], ["flat"]),
      makeNode("MatMul", ["flat", "W"], ["logits"]),
      makeNode("Softmax", ["logits"], ["probabilities"], { attributes: { axis: -1n } }),
      makeNode("ArgMax", ["probabilities"], ["label"], { attributes: { axis: -1n, keepdims: 0n } }),
    ],
    "tiny",
    [makeTensorValueInfo("pixels", "float32", ["batch", 2, 2, 1])],
    [
      makeTensorValueInfo("label", "int64", ["batch"]),
      makeTensorValueInfo("probabilities", "float32", ["batch", 3]),
    ],
    [
      makeTensor("scale", tensor("float32", Float32Array.of(255), [])),
      makeTensor("W", tensor("float32", Float32Array.from(weights), [4, 3])),
    ],
  );
  const card: Card = {
    schema: "congruent/card@1",
    name: "tiny",
    description: "three classes from four pixels",
    profile: "image-classifier",
    input: { name: "pixels", height: 2, width: 2, channels: 1, range: [0, 255], foreground: "light" },
    outputs: ["label", "probabilities"],
    labels: ["left", "right", "bottom"],
    dataset: { name: "none", license: "CC0-1.0", sha256: {} },
    versions: {},
  };
  const model = writeCard(makeModel(graph), card);
  return { model, card, bytes: encodeModel(model) };
}

/** What the tiny classifier gives, worked out in float64. */
export function tinyProbabilities(
  pixels: ArrayLike<number>,
  weights: readonly number[] = TINY_WEIGHTS,
): number[] {
  const logits = [0, 1, 2].map((k) =>
    [0, 1, 2, 3].reduce((sum, i) => sum + ((pixels[i] as number) / 255) * (weights[i * 3 + k] as number), 0),
  );
  const powers = logits.map((logit) => Math.exp(logit - Math.max(...logits)));
  const total = powers.reduce((sum, power) => sum + power, 0);
  return powers.map((power) => power / total);
}
