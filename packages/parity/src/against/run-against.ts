/** Two model files compared: what differs in them, and what that changes in the outputs. */
import { CongruentError, messageOf, RUNTIME_IDS, type RuntimeId, runtimeId } from "@congruent/core";
import { sha256 } from "@congruent/core/files";
import type { AgainstReport, Verdict } from "@congruent/core/schemas";
import { checkModel, type ModelProto, modelInterface, readCard } from "@congruent/onnx";
import { readModel } from "@congruent/onnx/files";
import { compare, difference } from "@congruent/runtime";
import { arithmeticOf } from "../arithmetic.js";
import { checkOutputs } from "../check-outputs.js";
import { type PreparedJob, prepareJob } from "../prepare-job.js";
import type { ParityOptions } from "../run-parity.js";
import type { Runner, RunnerResult, Tensors } from "../runner.js";
import { runners as allRunners, runnerOf } from "../runners/index.js";
import { toleranceOf } from "../tolerances.js";
import { nothingFinite } from "../verdict.js";
import { findChanges } from "./find-changes.js";
import { secondInputs } from "./second-inputs.js";

export interface AgainstOptions
  extends Pick<
    ParityOptions,
    "modelPath" | "inputs" | "webApp" | "batching" | "limits" | "threads" | "optimization" | "tolerance"
  > {
  /** The second file. */
  againstPath: string;
  /** Both files run on each; a runtime that was named and is absent is an error. Default: `node-cpu`. */
  runtimes?: readonly RuntimeId[] | undefined;
  /** The runners to choose from; for tests and for runtimes from outside. */
  runners?: readonly Runner[] | undefined;
  onProgress?: ((progress: { runtime: RuntimeId; path: string }) => void) | undefined;
}

type Side = AgainstReport["runtimes"][number];

/**
 * Finds what changed from one model file to another, and runs both on the same inputs. Inputs and outputs are paired by name, then by position.
 *
 * - `pass`: the second file's outputs stay within the bounds that two correct runtimes of the first would get;
 * - `fail`: they do not, or one of the files breaks a runtime;
 * - `inconclusive`: nothing was compared, such as where the second file takes other inputs, or an output has no finite number; what changed
 *   is reported all the same.
 *
 * @throws CongruentError exit 2 for files and inputs that are not valid; exit 3 for a runtime that is absent
 */
export async function runAgainst(options: AgainstOptions): Promise<AgainstReport> {
  const { modelPath, againstPath, runtimes = ["node-cpu"], onProgress = () => undefined } = options;
  const [first, second] = [await readChecked(modelPath), await readChecked(againstPath)];
  const { job, samples, source } = prepareJob(first.model, options);
  const other = jobOfSecond(first.model, second.model, options);
  const results: Side[] = [];
  if ("job" in other) {
    const jobs = { [modelPath]: job, [againstPath]: other.job };
    for (const runner of chosen(runtimes, options.runners ?? allRunners)) {
      const run = (path: string) => {
        onProgress({ runtime: runtimeId(runner), path });
        const own = jobs[path] as PreparedJob["job"];
        return runner.run({ ...own, modelPath: path, layersDirectory: null, cap: null });
      };
      results.push(await side(runner, run, first.model, second.model, options));
    }
  }
  return {
    schema: "congruent/against@1",
    model: first.said,
    against: second.said,
    inputs: { source, samples },
    ...findChanges(first.model, second.model),
    runtimes: results,
    ...("why" in other ? { verdict: "inconclusive", because: other.why } : verdictOf(results)),
  };
}

/** The inputs of the second file, or why it does not take the first one's. What changed is reported in both cases. */
function jobOfSecond(
  first: ModelProto,
  second: ModelProto,
  options: AgainstOptions,
): Pick<PreparedJob, "job"> | { why: string } {
  const { inputs } = options;
  try {
    const tensors = secondInputs(inputs.tensors, first, second);
    return prepareJob(second, { ...options, inputs: { ...inputs, tensors } });
  } catch (error) {
    if (!(error instanceof CongruentError)) throw error;
    const { code, what, expected, fix } = error;
    const more = [expected && `expected ${expected}`, fix].filter(Boolean).join("; ");
    return {
      why: `nothing was compared: ${options.againstPath} cannot be run on these inputs (${code}: ${what}; ${more})`,
    };
  }
}

async function readChecked(path: string): Promise<{ model: ModelProto; said: AgainstReport["model"] }> {
  const { model, bytes } = await readModel(path);
  checkModel(model, path);
  checkOutputs(model, path);
  return { model, said: { path, sha256: sha256(bytes), name: readCard(model, path)?.name ?? null } };
}

function chosen(ids: readonly RuntimeId[], runners: readonly Runner[]): Runner[] {
  const ordered = ids.toSorted((a, b) => RUNTIME_IDS.indexOf(a) - RUNTIME_IDS.indexOf(b));
  return ordered.map((id) => runnerOf(id, runners));
}

async function side(
  runner: Runner,
  run: (path: string) => Promise<RunnerResult>,
  first: ModelProto,
  second: ModelProto,
  { modelPath, againstPath, inputs, tolerance, batching }: AgainstOptions,
): Promise<Side> {
  const { runtime, browser } = runner;
  const nothing = { runtime, browser, outputs: [], decisions: null };
  const results: RunnerResult[] = [];
  for (const path of [modelPath, againstPath]) {
    try {
      results.push(await run(path));
    } catch (error) {
      if (error instanceof CongruentError && error.exit === 3) throw error;
      return { ...nothing, status: "error", reason: `${path}: ${messageOf(error)}` };
    }
  }
  const [a, b] = results as [RunnerResult, RunnerResult];
  const arithmetic = arithmeticOf(first);
  const { outputs, decisions, reason } = compare({
    baseline: a.outputs,
    observed: renamed(b.outputs, second, first),
    samples: (inputs.batching ?? batching)?.mode === "once" ? undefined : Math.min(a.samples, b.samples),
    toleranceOf: (name, output) => {
      const { scale } = difference(output, output);
      if (!tolerance) return toleranceOf(name, output.dtype, scale, arithmetic);
      return { bound: tolerance.atol + tolerance.rtol * scale, why: "asked for" };
    },
    labels: inputs.labels,
  });
  return { runtime, browser, status: reason === null ? "pass" : "fail", reason, outputs, decisions };
}

/** The second model's outputs under the first one's names; where a name is missing, the output at the same position. */
function renamed(outputs: Tensors, from: ModelProto, to: ModelProto): Tensors {
  const old = modelInterface(from).outputs.map(({ name }) => name);
  const now = modelInterface(to).outputs.map(({ name }) => name);
  return Object.fromEntries(
    now.flatMap((name, position) => {
      const found = outputs[name] ?? outputs[old[position] ?? ""];
      return found ? [[name, found]] : [];
    }),
  );
}

function verdictOf(results: readonly Side[]): { verdict: Verdict; because: string } {
  if (results.length === 0) return { verdict: "inconclusive", because: "no runtime ran both files" };
  const bad = results.filter(({ status }) => status !== "pass");
  if (bad.length > 0) {
    return { verdict: "fail", because: bad.map((each) => `${runtimeId(each)}: ${each.reason}`).join("; ") };
  }
  const empty = nothingFinite(results.flatMap(({ outputs }) => outputs));
  if (empty !== null) {
    return {
      verdict: "inconclusive",
      because: `every value of ${empty} is NaN or infinite in both files: that they are equal proves nothing`,
    };
  }
  return {
    verdict: "pass",
    because: `the outputs of both files agree on ${results.map(runtimeId).join(", ")}`,
  };
}
