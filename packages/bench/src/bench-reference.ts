import { readFile, rm, stat, writeFile } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import { CongruentError, median, type Tensor, whatOf } from "@congruent/core";
import { temporaryFolder } from "@congruent/core/files";
import { runProcess } from "@congruent/core/process";
import type { ReferenceBench, ReferenceBenchModel, ReferenceBenchRun } from "@congruent/core/schemas";
import { type ModelProto, modelInterface } from "@congruent/onnx";
import { readModel } from "@congruent/onnx/files";
import { generateInputs, parseShapes } from "@congruent/parity";
import { pythonWorker } from "./contenders/python-worker.js";
import { load, machineFacts } from "./machine.js";
import type { WorkerCommand } from "./worker.js";

export interface BenchReferenceOptions {
  /** ONNX files. */
  models: readonly string[];
  /** `INPUT=1,3,224,224` or `AXIS=4`, for every model that has it. */
  shapes?: readonly string[];
  /** `STRATEGY` or `INPUT=STRATEGY`. */
  fills?: readonly string[];
  /** How often the contenders take turns. Default: 5. */
  rounds?: number;
  /** That one process may take: the model is read and two samples are computed. Default: 300,000. */
  timeoutMs?: number;
  onProgress?: (text: string) => void;
}

/** An input or output of a job, its elements in a file of their own, little-endian. */
export interface JobTensor {
  name: string;
  dtype: string;
  dims: readonly number[];
  file: string;
}

/** What a process is told. */
export interface ReferenceJob {
  model: string;
  inputs: readonly JobTensor[];
  /** Gets the numbers of all outputs that are floats, one after the other, as float64. */
  outputs: string;
  bounds: boolean;
}

/** What a process says. */
export interface ReferenceReading extends ReferenceBenchRun {
  versions: Record<string, string>;
}

interface Contender {
  name: string;
  title: string;
  peer: boolean;
  bounds: boolean;
  command(jobFile: string): WorkerCommand;
}

const node = (jobFile: string): WorkerCommand => ({
  script: new URL("./workers/reference.js", import.meta.url),
  args: [jobFile],
});

/** One thread each, as the reference has one: threads of a matrix product would count in processor time, but not in the same way. */
const numpy = (jobFile: string): WorkerCommand => {
  const command = pythonWorker("reference_numpy.py", jobFile, "export");
  const threads = { OPENBLAS_NUM_THREADS: "1", OMP_NUM_THREADS: "1", MKL_NUM_THREADS: "1" };
  return { ...command, env: { ...command.env, ...threads } };
};

const contenders: readonly Contender[] = [
  { name: "plain", title: "reference", peer: false, bounds: false, command: node },
  { name: "bounds", title: "reference with bounds", peer: false, bounds: true, command: node },
  { name: "numpy", title: "Python onnx.reference, float64", peer: true, bounds: false, command: numpy },
];

/** Relative to the largest output: beyond it the peer computed something else, and is not compared. */
const SAME = 1e-6;
/** Of what a process said last. */
const LINES = 6;

/**
 * Times one sample of each model by the reference, with and without error bounds, and by Python's onnx.reference in float64: each
 * reading in a process of its own, taking turns. A peer whose outputs differ is refused.
 *
 * @throws CongruentError what reading a model or making its inputs says
 */
export async function benchReference(options: BenchReferenceOptions): Promise<ReferenceBench> {
  const before = load();
  const paths = options.models.map((model) => resolve(model));
  const names = await Promise.all(paths.map(async (path) => namesOf((await readModel(path)).model)));
  const models: ReferenceBenchModel[] = [];
  for (const [i, path] of paths.entries()) {
    const others = new Set(names.flatMap((each) => (each === names[i] ? [] : [...each])));
    // What another model alone has is not meant for this one; what none has is refused.
    const meant = (text: string) => {
      const name = text.slice(0, Math.max(0, text.lastIndexOf("=")));
      return names[i]?.has(name) || !others.has(name);
    };
    const shapes = options.shapes?.filter(meant) ?? [];
    const fills = options.fills?.filter(meant) ?? [];
    models.push(await benchModel(path, { ...options, shapes, fills }));
  }
  return { schema: "congruent/reference-bench@1", machine: machineFacts(before), models };
}

/** Of inputs, and of the axes that have no size. */
function namesOf(model: ModelProto): Set<string> {
  return new Set(
    modelInterface(model).inputs.flatMap(({ name, dims }) => [
      name,
      ...(dims ?? []).filter((dim) => typeof dim === "string"),
    ]),
  );
}

async function benchModel(
  path: string,
  { shapes = [], fills = [], rounds = 5, timeoutMs = 300_000, onProgress }: BenchReferenceOptions,
): Promise<ReferenceBenchModel> {
  const { model } = await readModel(path);
  const { source, tensors } = generateInputs(model, {
    seed: 42,
    samples: 1,
    shapes: parseShapes(shapes),
    fills,
  });
  const folder = await temporaryFolder("bench-reference");
  const entries = contenders.map((contender) => ({
    contender,
    readings: [] as ReferenceReading[],
    reason: null as string | null,
  }));
  try {
    const inputs = await writeTensors(folder, tensors);
    for (let round = 0; round < rounds; round++) {
      onProgress?.(`${basename(path)}, round ${round + 1} of ${rounds}`);
      // Another one begins each time, so that no one always follows the same neighbor.
      for (let turn = 0; turn < entries.length; turn++) {
        const entry = entries[(round + turn) % entries.length] as (typeof entries)[number];
        if (entry.reason !== null) continue;
        const { name, bounds } = entry.contender;
        const job: ReferenceJob = { model: path, inputs, outputs: join(folder, `${name}.out`), bounds };
        try {
          entry.readings.push(await reading(entry.contender, { folder, job, timeoutMs }));
        } catch (error) {
          entry.reason = whatOf(error);
        }
      }
    }
    const [plain, bounds, peer] = entries as [Entry, Entry, Entry];
    const difference = (plain.reason ?? peer.reason) ? null : await differenceOf(folder);
    if (difference !== null && !(difference <= SAME)) {
      peer.reason = `its outputs differ by ${difference} of the largest: it does not compute the same`;
    }
    const found = entries.map(measured);
    const cpu = (at: number) => found[at]?.cpuSeconds ?? null;
    const ratio = (a: number | null, b: number | null) => (a === null || b === null ? null : a / b);
    return {
      name: basename(path),
      bytes: (await stat(path)).size,
      inputs: source,
      contenders: found,
      boundsToPlain: ratio(cpu(entries.indexOf(bounds)), cpu(entries.indexOf(plain))),
      toPeer: ratio(cpu(entries.indexOf(plain)), cpu(entries.indexOf(peer))),
      difference,
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

interface Entry {
  contender: Contender;
  readings: ReferenceReading[];
  reason: string | null;
}

function writeTensors(folder: string, tensors: Readonly<Record<string, Tensor>>): Promise<JobTensor[]> {
  return Promise.all(
    Object.entries(tensors).map(async ([name, { dtype, dims, data }], i) => {
      if (Array.isArray(data)) {
        throw new CongruentError({
          code: "E_DTYPE",
          what: `the input ${name} is ${dtype}`,
          expected: "numbers",
        });
      }
      const file = join(folder, `input-${i}.bin`);
      await writeFile(file, new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
      return { name, dtype, dims, file };
    }),
  );
}

async function reading(
  contender: Contender,
  { folder, job, timeoutMs }: { folder: string; job: ReferenceJob; timeoutMs: number },
): Promise<ReferenceReading> {
  const jobFile = join(folder, `${contender.name}.json`);
  await writeFile(jobFile, JSON.stringify(job));
  const result = await runProcess({ ...contender.command(jobFile), timeoutMs });
  if (result.exitCode === 0) return JSON.parse(result.stdout) as ReferenceReading;
  const last = result.all.trimEnd().split("\n").slice(-LINES).join("\n");
  throw new CongruentError({
    code: "E_BENCH_WORKER",
    what: `${contender.title} ended early, within ${timeoutMs / 1000} s: ${last}`,
  });
}

/** Of the peer's outputs from the reference's, relative to the largest; infinite where there are not as many. */
async function differenceOf(folder: string): Promise<number> {
  const [ours, theirs] = await Promise.all(
    ["plain", "numpy"].map(async (name) => {
      const { buffer, byteOffset, byteLength } = await readFile(join(folder, `${name}.out`));
      return new Float64Array(buffer.slice(byteOffset, byteOffset + byteLength));
    }),
  );
  if (!ours || ours.length !== theirs?.length) return Number.MAX_VALUE;
  let [most, largest] = [0, 0];
  for (let i = 0; i < ours.length; i++) {
    const [a, b] = [ours[i] as number, theirs[i] as number];
    const distance = Object.is(a, b) ? 0 : Math.abs(a - b);
    most = Math.max(most, Number.isNaN(distance) ? Number.MAX_VALUE : distance);
    largest = Math.max(largest, Math.abs(a));
  }
  return most === 0 ? 0 : most / (largest || 1);
}

function measured({ contender, readings, reason }: Entry): ReferenceBenchModel["contenders"][number] {
  const { name, title, peer } = contender;
  const runs = readings.map(({ seconds, cpuSeconds, peakBytes }) => ({ seconds, cpuSeconds, peakBytes }));
  const whole = reason === null && runs.length > 0;
  const peaks = runs.flatMap(({ peakBytes }) => (peakBytes === null ? [] : [peakBytes]));
  return {
    ...{ name, title, peer, versions: readings[0]?.versions ?? {}, runs, reason },
    seconds: whole ? median(runs.map(({ seconds }) => seconds)) : null,
    cpuSeconds: whole ? median(runs.map(({ cpuSeconds }) => cpuSeconds)) : null,
    peakBytes: whole && peaks.length === runs.length ? Math.round(median(peaks)) : null,
  };
}
