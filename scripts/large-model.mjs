/**
 * Writes a seeded model of 100 MiB whose values are larger than its weights, to measure the memory of a bisect:
 *
 *   npm run source scripts/large-model.mjs large.onnx
 *
 * A hundred weights of 512 x 512 float32, 24 of 25 of them added, the last multiplied as a matrix; a Tanh after each.
 */
import { writeFileSync } from "node:fs";
import { tensor } from "../packages/core/src/index.ts";
import {
  encodeModel,
  makeGraph,
  makeModel,
  makeNode,
  makeTensor,
  makeTensorValueInfo,
} from "../packages/onnx/src/index.ts";
import { seededNumbers } from "../packages/onnx/src/testing.ts";

const [path] = process.argv.slice(2);
if (!path) {
  console.error("usage: npm run source scripts/large-model.mjs FILE.onnx");
  process.exit(2);
}

const SIZE = 512;
const LAYERS = 100;
const next = seededNumbers(42);
const nodes = [];
const weights = [];
let value = "x";
for (let layer = 0; layer < LAYERS; layer++) {
  const product = layer % 25 === 24;
  const scale = product ? 1 / Math.sqrt(SIZE) : 0.1;
  const numbers = Float32Array.from({ length: SIZE * SIZE }, () => next() * scale);
  weights.push(makeTensor(`w${layer}`, tensor("float32", numbers, [SIZE, SIZE])));
  nodes.push(
    makeNode(product ? "MatMul" : "Add", [value, `w${layer}`], [`s${layer}`], { name: `sum${layer}` }),
  );
  nodes.push(makeNode("Tanh", [`s${layer}`], [`y${layer}`], { name: `act${layer}` }));
  value = `y${layer}`;
}
const shape = ["batch", SIZE, SIZE];
const io = (name) => makeTensorValueInfo(name, "float32", shape);
const bytes = encodeModel(makeModel(makeGraph(nodes, "large", [io("x")], [io(value)], weights)));
writeFileSync(path, bytes);
console.log(`${path}: ${nodes.length} nodes, ${(bytes.length / 2 ** 20).toFixed(0)} MiB`);
