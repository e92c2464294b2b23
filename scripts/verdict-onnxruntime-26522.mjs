/**
 * docs/verdicts/onnxruntime-26522.md: a batch normalization that is folded into the convolution before it, where that cancels.
 * Written by `npm run source scripts/verdict-onnxruntime-26522.mjs`; with `--check` compared.
 */
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { CongruentError } from "../packages/core/src/index.ts";
import { encodeModel } from "../packages/onnx/src/index.ts";
import { runners } from "../packages/parity/src/index.ts";
import { observe } from "./error-bounds/runtimes.js";
import { generatedPage } from "./generated-page.js";
import {
  ALGORITHMS,
  distanceOf,
  EPSILON,
  explains,
  FAULTS,
  FEEDS,
  foldedBatchNorm,
  INPUTS,
  PARAMETERS,
  referenceOf,
} from "./verdicts/folded-batch-norm.js";

const page = fileURLToPath(new URL("../docs/verdicts/onnxruntime-26522.md", import.meta.url));
const model = foldedBatchNorm();
const reference = referenceOf();
const short = (x) => Number(x.toPrecision(2));
const columns = (values) => {
  const { ulp, worst, share } = distanceOf(values, reference);
  return [ulp.toLocaleString("en"), worst.toExponential(1), share <= 1 ? "yes" : "no", short(share)];
};
const line = (...cells) => `| ${cells.join(" | ")} |`;
const measured = (who, values) =>
  line(who, ...columns(values), explains(values).join("; ") || "none of these");

/** On a page written elsewhere, the rows of a GPU that is not here stand as they are. */
async function onSwiftShader() {
  const runner = runners.find(({ runtime, browser }) => runtime === "node-webgpu" && browser === null);
  const folder = await mkdtemp(join(tmpdir(), "verdict-26522-"));
  const modelPath = join(folder, "model.onnx");
  try {
    await writeFile(modelPath, encodeModel(model));
    const lines = [];
    for (const optimization of ["disabled", "all"]) {
      const result = await runner.run({
        ...{ modelPath, inputs: FEEDS, optimization, layersDirectory: null, webApp: null },
        ...{ batching: { mode: "once" }, cap: null, timeoutMs: 120_000 },
      });
      if (!/swiftshader/i.test(result.adapter ?? "")) return null;
      lines.push(measured(`node-webgpu, ${optimization} (SwiftShader)`, result.outputs.y.data));
    }
    return lines;
  } catch (error) {
    if (error instanceof CongruentError && error.exit === 3) return null;
    throw error;
  } finally {
    await rm(folder, { recursive: true });
  }
}

const rows = (await observe(model, FEEDS)).map(({ runtime, outputs }) => measured(runtime, outputs.y.data));
const onGpu =
  (await onSwiftShader()) ??
  (await readFile(page, "utf8")).split("\n").filter((each) => each.startsWith("| node-webgpu"));
const formulas = Object.entries(ALGORITHMS).map(([name, compute]) =>
  line(name, ...columns(Float32Array.from(INPUTS, compute))),
);
const faults = Object.entries(FAULTS).map(([name, compute]) => {
  const { worst, share } = distanceOf(Float64Array.from(INPUTS, compute), reference);
  return line(name, worst.toExponential(1), short(share), share > 1 ? "yes" : "no");
});
const { w, b, g, beta, mean, variance } = PARAMETERS;
const slope = (w * g) / Math.sqrt(variance + EPSILON);
const [bound] = reference.errors;
const head = "ULP off | off by | within the bound | share of it";
const rule = "---: | ---: | --- | ---:";

generatedPage(
  page,
  `# microsoft/onnxruntime#26522: a batch normalization folded into a convolution

ONNX Runtime folds a BatchNormalization into the Conv before it, and with the graph as it is in the file it computes other numbers. Which are right? Both, where the
folding cancels: the model itself asks for the difference of two large numbers. **The thread's own file is not available here; the model below was made for this page and
is of the same kind.** What it shows holds for that kind; nothing here was measured on the thread's file. Written by
\`npm run source scripts/verdict-onnxruntime-26522.mjs\`.

**Inputs.** One channel: w = ${w}, b = ${b}, then scale ${g}, bias ${beta}, mean ${mean}, variance ${variance}, epsilon ${EPSILON}; ${INPUTS.length} inputs from ${INPUTS[0]} to ${INPUTS.at(-1)}, at which
w · x + b lies within three standard deviations of the mean.

**The values.** In double precision from ${reference.values[0]} to ${reference.values.at(-1)}. One ULP of float32 is 6.1e-5 at the mean, ${mean}, and 2.4e-7 at the largest output:
w · x + b is known to 3.1e-5 at best, and the slope after it is ${short(g / Math.sqrt(variance + EPSILON))}, so that about 1e-3 of every output is lost, whatever computes it.

| who | ${head} | whose bits these are |
| --- | ${rule} | --- |
${[...rows, ...onGpu].join("\n")}

| float32 formula | ${head} |
| --- | ${rule} |
${formulas.join("\n")}

ULP and distance are the largest of all elements. ULP are many where an output is near zero.

**The algorithm that explains the bits.** Folded: w' = w · (scale / √(variance + ε)), b' = (b − mean) · (scale / √(variance + ε)) + bias, y = w' · x + b', each rounded to float32. Here w' is
${short(slope)}, and w' · x about ${short(slope * INPUTS[0])}: its rounding alone is ${short(2 ** -9)}, then b' takes it away again. Not folded, ONNX Runtime's kernel does the same one step later:
y = c · (scale / √…) + (bias − mean · scale / √…), which cancels two numbers as large; WebGPU's subtracts the mean first, as ((c − mean) · 1 / √…) · scale + bias, which loses less. The table names, for each runtime, the formula
that gives all ${INPUTS.length} of its values bit for bit.

**A bound that decides.** The difference of the two is no fault: the reference's bound, which follows the errors of w · x + b through the slope, is ${bound.toExponential(2)} here, and no
formula of the table takes more than ${short(Math.max(...Object.values(ALGORITHMS).map((a) => distanceOf(Float32Array.from(INPUTS, a), reference).share)))} of it. Folds that are wrong:

| fold | off by | share of the bound | found |
| --- | ---: | ---: | --- |
${faults.join("\n")}

A number of ULP, or a relative tolerance alone, fails right runtimes where an output is near zero. A fault smaller than the bound is not found here: right runtimes are as
far apart. Who needs these digits subtracts the mean before multiplying, or trains with a larger variance.
`,
);
