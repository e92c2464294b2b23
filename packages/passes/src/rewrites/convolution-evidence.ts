import { sizeOf, tensor } from "@congruent/core";
import { makeGraph, makeModel, makeNode, makeTensor, makeTensorValueInfo } from "@congruent/onnx";
import type { Evidence } from "./rewrite.js";

/** One convolution: shapes of its input and weight, attributes. */
export type Shown = readonly [x: number[], w: number[], attributes: Record<string, bigint | bigint[]>];

/** Convolutions of whole numbers, whose results are exact in float32, side by side in one model. */
export function convolutionEvidence(shown: readonly Shown[]): Evidence {
  const numbers = (dims: number[], step: number) =>
    tensor(
      "float32",
      Float32Array.from({ length: sizeOf(dims) }, (_, i) => ((i * step) % 17) - 8),
      dims,
    );
  const graph = makeGraph(
    shown.map(([, , attributes], i) => makeNode("Conv", [`x${i}`, `w${i}`], [`y${i}`], { attributes })),
    "convolutions",
    shown.map(([x], i) => makeTensorValueInfo(`x${i}`, "float32", x)),
    shown.map(([, w], i) => makeTensorValueInfo(`y${i}`, "float32", [null, w[0] as number, null, null])),
    shown.map(([, w], i) => makeTensor(`w${i}`, numbers(w, 5))),
  );
  const inputs = Object.fromEntries(shown.map(([x], i) => [`x${i}`, numbers(x, 7)]));
  return { model: makeModel(graph), inputs };
}
