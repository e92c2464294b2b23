/** A passport of the tiny classifier, whose golden outputs are worked out in float64. */
import { createHash } from "node:crypto";
import { tensor } from "@congruent/core/essentials";
import type { Passport } from "@congruent/core/schemas";
import { tinyClassifier, tinyProbabilities } from "@congruent/onnx/testing";
import { encodeTensor } from "../passport.js";

const PIXELS = Float32Array.of(255, 0, 10, 20, 0, 255, 3, 0, 1, 2, 3, 4);

export function tinyPassport(bytes: Uint8Array = tinyClassifier().bytes): Passport {
  const rows = [0, 4, 8].map((begin) => tinyProbabilities(PIXELS.subarray(begin, begin + 4)));
  const labels = rows.map((row) => BigInt(row.indexOf(Math.max(...row))));
  return {
    schema: "congruent/passport@1",
    model: {
      file: "model.onnx",
      sha256: createHash("sha256").update(bytes).digest("hex"),
      bytes: bytes.length,
    },
    golden: {
      source: "three pictures of four pixels",
      runtime: "reference",
      inputs: { pixels: encodeTensor(tensor("float32", PIXELS, [3, 2, 2, 1])) },
      outputs: {
        label: encodeTensor(tensor("int64", BigInt64Array.from(labels), [3])),
        probabilities: encodeTensor(tensor("float32", Float32Array.from(rows.flat()), [3, 3])),
      },
      bounds: { probabilities: { bound: 1e-6, why: "a few roundings of values up to 1" } },
    },
    parity: { verdict: "pass", cells: [] },
  };
}
