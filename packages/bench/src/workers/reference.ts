/** Computes two samples by the reference and says, in one line of JSON, how long the second took. */
import { readFileSync, writeFileSync } from "node:fs";
import { type DType, emptyTensor, type Tensor } from "@congruent/core";
import { readModel } from "@congruent/onnx/files";
import { interpretWithBounds, isFloat, prepare } from "@congruent/reference";
import type { JobTensor, ReferenceJob, ReferenceReading } from "../bench-reference.js";
import { peakBytes } from "./peak-bytes.js";

const job = JSON.parse(readFileSync(process.argv[2] as string, "utf8")) as ReferenceJob;
const { model } = await readModel(job.model);
const interpreter = prepare(model);
const feeds = Object.fromEntries(job.inputs.map((each) => [each.name, read(each)]));
const compute = () => (job.bounds ? interpretWithBounds(interpreter, feeds) : interpreter.run(feeds)).outputs;

compute();
const cpu = process.cpuUsage();
const begin = performance.now();
const outputs = compute();
const seconds = (performance.now() - begin) / 1000;
const { user, system } = process.cpuUsage(cpu);
const floats = [...outputs.values()].filter(({ dtype }) => isFloat(dtype));
writeFileSync(
  job.outputs,
  Buffer.concat(floats.map(({ data }) => new Uint8Array((data as Float64Array).slice().buffer))),
);
const answer: ReferenceReading = {
  seconds,
  cpuSeconds: (user + system) / 1e6,
  peakBytes: peakBytes(),
  versions: { node: process.versions.node, v8: process.versions.v8 },
};
process.stdout.write(`${JSON.stringify(answer)}\n`);

function read({ dtype, dims, file }: JobTensor): Tensor {
  const made = emptyTensor(dtype as DType, dims);
  const { buffer, byteOffset, byteLength } = made.data as Float32Array;
  new Uint8Array(buffer, byteOffset, byteLength).set(readFileSync(file));
  return made;
}
