/** Whether an ONNX file computes what the layers model computes that it was made from. */
import { CongruentError, messageOf } from "@congruent/core";
import type { ParityReport } from "@congruent/core/schemas";
import type { LayersModel, TensorFlow } from "@congruent/layers";
import { checkModel, type ModelInterface, modelInterface } from "@congruent/onnx";
import { readModel } from "@congruent/onnx/files";
import { type Runner, type RunnerJob, type RunnerResult, runnerOf, runParity } from "@congruent/parity";
import { shapeFlaws } from "./declared-shapes.js";
import { type CaseOptions, type InputCase, inputCases } from "./input-cases.js";
import { sourceRunner } from "./source-runner.js";

export interface VerifyOptions {
  /** The ONNX file. */
  path: string;
  /** The module that made the model. */
  tf: TensorFlow;
  /** The model that the file was made from. */
  model: LayersModel;
  /** Of the values that it takes, where a card gives it. */
  range?: readonly [number, number] | undefined;
  /** Other exports of the same model, to be judged beside it. Default: none. */
  others?: readonly Runner[] | undefined;
  /** Default: 42. */
  seed?: number | undefined;
  /** Milliseconds for each runtime. Default: 300,000. */
  timeoutMs?: number | undefined;
}

export interface Verification {
  /** `pass`, or why the file must not be used. */
  verdict: ParityReport["verdict"];
  because: string;
  /** One for each case of input sizes; up to the first one that does not pass. */
  reports: ParityReport[];
}

/** The most that the reference may take for each case: after it, what it has done counts, and without it the two runtimes are compared. */
const REFERENCE_MS = 8_000;
/** A free axis gets so many times the size that one would guess, where the model takes no less. */
const SCALES = [1, 2, 4, 8];

/**
 * Compares an exported file with its source: the file passes our checker, ONNX Runtime loads it, its declared shapes are those that come, and on seeded inputs
 * with extremes, on batches of one and of several, and at two sizes of each free axis ONNX Runtime on the CPU and tfjs compute the same, by the rules and bounds
 * of `congruent parity` (docs/decisions/verdict.md), with the reference as the judge where it is fast enough.
 *
 * @throws CongruentError of the checker (`E_ONNX_*`), or of a source that cannot be run on any inputs (`E_VERIFY_INPUTS`)
 */
export async function verifyExport(options: VerifyOptions): Promise<Verification> {
  const { path, tf, model, range, seed = 42 } = options;
  const { model: proto } = await readModel(path);
  checkModel(proto, path);
  const declared = modelInterface(proto);
  const source = sourceRunner(tf, model);
  const cases = await casesThatRun(source, (scale) => inputCases(proto, { seed, range, scale }));
  const reports: ParityReport[] = [];
  for (const given of cases) {
    const report = await compareOn(given, declared, options);
    reports.push(report);
    if (report.verdict !== "pass") return { verdict: report.verdict, because: report.because, reports };
  }
  return { verdict: "pass", because: reports.map(({ because }) => because)[0] ?? "", reports };
}

/** A case, and what the source computes on it. */
interface Known extends InputCase {
  result: RunnerResult;
}

/** Some models take no small pictures: the smallest sizes are taken that the source itself takes. */
async function casesThatRun(
  source: Runner,
  make: (scale: NonNullable<CaseOptions["scale"]>) => InputCase[],
): Promise<Known[]> {
  let why: unknown;
  for (const scale of SCALES) {
    const cases = make(scale);
    try {
      const known: Known[] = [];
      for (const given of cases) known.push({ ...given, result: await source.run(jobOf(given)) });
      return known;
    } catch (error) {
      why ??= error;
      // Where the sizes are fixed, others cannot help.
      if (cases.length === 1) break;
    }
  }
  if (why instanceof CongruentError) throw why;
  throw new CongruentError({
    code: "E_VERIFY_INPUTS",
    what: `tfjs itself cannot run the model on the inputs that would verify its export: ${messageOf(why)}`,
    expected: "a model that runs on inputs of the shapes that it declares",
    fix: "run model.predict on such an input yourself, and mend the model",
    cause: why,
  });
}

function jobOf({ tensors, batching }: InputCase): RunnerJob {
  const nothing = { modelPath: "", layersDirectory: null, webApp: null, cap: null };
  return { ...nothing, inputs: tensors, batching, timeoutMs: Number.POSITIVE_INFINITY };
}

async function compareOn(
  { source, tensors, batching, result }: Known,
  declared: ModelInterface,
  { path, others = [], timeoutMs = 300_000 }: VerifyOptions,
): Promise<ParityReport> {
  const tfjs: Runner = { runtime: "tfjs", browser: null, wholeOnly: true, run: async () => result };
  const report = await runParity({
    modelPath: path,
    inputs: { source, tensors, batching },
    runners: [runnerOf("reference"), tfjs, runnerOf("node-cpu"), ...others],
    variants: false,
    limits: { timeoutMs, referenceMs: Math.min(timeoutMs, REFERENCE_MS) },
  });
  const silent = report.cells.find(({ runtime, status }) => runtime !== "reference" && status !== "pass");
  const [shape] = shapeFlaws(declared, tensors, result.outputs);
  const flaw = shape ?? (silent && `${silent.runtime}: ${silent.reason ?? silent.status}`);
  return report.verdict !== "pass" || flaw === undefined
    ? report
    : { ...report, verdict: "fail", because: flaw };
}
