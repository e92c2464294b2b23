// node classify.mjs [model.onnx]: names the golden pictures of the passport beside a model.
import { readFile } from "node:fs/promises";
import { pathToFileURL } from "node:url";
import { decodeTensor, load } from "@congruent/runtime";

const [path] = process.argv.slice(2);
const file = path ? pathToFileURL(path) : new URL("../../models/lenet/model.onnx", import.meta.url);
const passport = JSON.parse(await readFile(new URL("model.passport.json", file), "utf8"));

const model = await load(file);
const answers = await model.classify(decodeTensor(passport.golden.inputs.pixels));
for (const [index, { label, probability }] of answers.entries()) {
  console.log(
    `picture ${index}: ${label}${probability === null ? "" : ` (${(probability * 100).toFixed(1)} %)`}`,
  );
}
await model.close();
