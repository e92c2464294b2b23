/**
 * Runs the official ONNX backend node tests through the reference and through ONNX Runtime's CPU kernels, and writes
 * docs/backend-tests.json and docs/backend-tests.md:
 *
 *   npm run source scripts/backend-tests.mjs
 *
 * Fetches the tests (16 MB, from the package index) on first use. Takes about a minute.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { provisionBackendTests } from "../packages/toolchain/src/index.ts";
import { readCases } from "./backend-tests/cases.js";
import { pageOf } from "./backend-tests/page.js";
import { runNodeCpu } from "./backend-tests/run-node-cpu.js";
import { runReference } from "./backend-tests/run-reference.js";
import { summaryOf } from "./backend-tests/summary.js";

const docs = (name) => fileURLToPath(new URL(`../docs/${name}`, import.meta.url));

await provisionBackendTests((text) => console.log(`… ${text}`));
const cases = readCases();
console.log(`… ${cases.length} tests through the reference`);
const reference = cases.map(runReference);
console.log(`… ${cases.length} tests through onnxruntime-node`);
const nodeCpu = await runNodeCpu(
  cases.length,
  fileURLToPath(new URL("./backend-tests/node-cpu-child.js", import.meta.url)),
);
const { version } = JSON.parse(
  readFileSync(createRequire(import.meta.url).resolve("onnxruntime-node/package.json"), "utf8"),
);
const summary = {
  versions: { onnx: "1.17.0", onnxruntime: version },
  ...summaryOf(cases, reference),
  nodeCpu: Object.fromEntries(
    cases.flatMap(({ name }, i) => (nodeCpu[i].status === "passed" ? [] : [[name, nodeCpu[i]]])),
  ),
};
writeFileSync(docs("backend-tests.json"), `${JSON.stringify(summary, null, 1)}\n`);
writeFileSync(docs("backend-tests.md"), pageOf(summary));
console.log("✔ docs/backend-tests.json, docs/backend-tests.md");
