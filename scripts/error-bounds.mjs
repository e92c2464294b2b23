/**
 * What share of its error bound ONNX Runtime's CPU kernels use up, at the output of three networks: the table of
 * docs/decisions/error-bounds.md. Run it as `npm run source scripts/error-bounds.mjs`.
 */
import { readFile } from "node:fs/promises";
import { decodeModel, encodeModel, modelInterface } from "../packages/onnx/src/index.ts";
import { attentionBlock, residualBlock, seededNumbers } from "../packages/onnx/src/testing.ts";
import { compareWithBound, interpretWithBounds } from "../packages/reference/src/index.ts";
import { load } from "../packages/runtime/src/index.ts";

const SAMPLES = 16;

function random(dims, scale, round) {
  const next = seededNumbers(11);
  const size = dims.reduce((product, dim) => product * dim, 1);
  const data = Float32Array.from({ length: size }, () =>
    round ? Math.floor(Math.abs(next()) * scale) : next() * scale,
  );
  return { dtype: "float32", dims, data };
}

const lenet = decodeModel(await readFile(new URL("../models/lenet/model.onnx", import.meta.url)));
const subjects = {
  lenet: [lenet, random([SAMPLES, 28, 28, 1], 256, true)],
  "attention block": [attentionBlock(), random([SAMPLES, 6, 8], 1)],
  "residual block with batch normalization": [residualBlock(), random([SAMPLES, 8, 8, 3], 1)],
};

console.log("| network | output | worst case | statistical |");
console.log("| --- | --- | --- | --- |");
for (const [name, [model, input]] of Object.entries(subjects)) {
  const feeds = { [modelInterface(model).inputs[0].name]: input };
  const session = await load(encodeModel(model));
  const seen = await session.run(feeds);
  await session.close();
  const [worst, statistical] = ["worst", "statistical"].map((rounding) =>
    interpretWithBounds(model, feeds, { model: rounding }),
  );
  for (const [output, reference] of worst.outputs) {
    if (reference.dtype !== "float32") continue;
    const shares = [worst, statistical].map(
      ({ bounds }) => compareWithBound(seen[output], reference, bounds.get(output).errors).ratio,
    );
    console.log(`| ${name} | ${output} | ${shares.map((share) => share.toExponential(1)).join(" | ")} |`);
  }
}
