/** Two model files compared: what differs in them, and what that changes in the outputs. */
import { CongruentError, messageOf, RUNTIME_IDS, type RuntimeId, runtimeId } from "@congruent/core";
import { sha256 } from "@congruent/core/files";
import type { AgainstReport, Budget, Verdict } from "@congruent/core/schemas";
import { checkModel, type ModelProto, readCard } from "@congruent/onnx";
import { readModel } from "@congruent/onnx/files";
import { compare, difference } from "@congruent/runtime";
import { type Arithmetic, arithmeticOf } from "../arithmetic.js";
import { withPartRunner } from "../bisect/part-runner.js";
import { checkOutputs } from "../check-outputs.js";
import { latencyOf, timedJob } from "../latency.js";
import { machineLimit } from "../machine-limit.js";
import { type PreparedJob, prepareJob } from "../prepare-job.js";
import { runOnMachine } from "../run-on-machine.js";
import type { ParityOptions } from "../run-parity.js";
import { firstSamples, type Runner, type RunnerJob, type RunnerResult, sampleCount } from "../runner.js";
import { runners as allRunners, runnerOf } from "../runners/index.js";
import { toleranceOf } from "../tolerances.js";
import { nothingFinite } from "../verdict.js";
import { overBudget } from "./budget.js";
import { compareLayers } from "./compare-layers.js";
import { findChanges } from "./find-changes.js";
import { findPrecision } from "./find-precision.js";
import { foldWiring } from "./fold-wiring.js";
import { pairLayers } from "./pair-layers.js";
import { qualities, renamed } from "./qualities.js";
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
  /** How much the second file may lose; decides in place of a rounding bound. Default: the bound. */
  budget?: Budget | undefined;
  /** Whether the nodes are searched that must stay float32 so that the second file holds its budget. Default: false. */
  precision?: boolean | undefined;
  /** The runners to choose from; for tests and for runtimes from outside. */
  runners?: readonly Runner[] | undefined;
  onProgress?: ((progress: { runtime: RuntimeId; path: string }) => void) | undefined;
}

type Side = AgainstReport["runtimes"][number];

const computed = ({ status }: Side) => status !== "error" && status !== "unavailable";

/**
 * Finds what changed from one model file to another, and runs both on the same inputs. Inputs and outputs are paired by name, then by position.
 *
 * Where the second file converts more between types than the first (QuantizeLinear, DequantizeLinear, Cast), it counts as compressed: this
 * wiring is folded away before nodes are paired, and the layers' values are compared too.
 *
 * - `pass`: the second file's outputs stay within the bounds that two correct runtimes of the first would get, or within the budget;
 * - `fail`: they do not, or one of the files breaks a runtime;
 * - `inconclusive`: nothing was compared, such as where the second file takes other inputs, a runtime reached a limit of the machine, or an
 *   output has no finite number; or what differs has no known bound. What changed is reported all the same.
 *
 * @throws CongruentError exit 2 for files and inputs that are not valid; exit 3 for a runtime that is absent
 */
export async function runAgainst(options: AgainstOptions): Promise<AgainstReport> {
  const { modelPath, againstPath, runtimes = ["node-cpu"], onProgress = () => undefined } = options;
  const [first, second] = [await readChecked(modelPath), await readChecked(againstPath)];
  const { job, samples, source } = prepareJob(first.model, options);
  const other = jobOfSecond(first.model, second.model, options);
  const folded = [foldWiring(first.model), foldWiring(second.model)] as const;
  const compressed = folded[1].count !== folded[0].count;
  const results: Side[] = [];
  let inside: Pick<AgainstReport, "layers" | "precision"> = {};
  if ("job" in other) {
    const jobs = { [modelPath]: job, [againstPath]: other.job };
    for (const runner of chosen(runtimes, options.runners ?? allRunners)) {
      const run = (path: string, change: (job: RunnerJob) => RunnerJob = (given) => given) => {
        onProgress({ runtime: runtimeId(runner), path });
        const own = jobs[path] as PreparedJob["job"];
        const told = change({ ...own, modelPath: path, layersDirectory: null, cap: null });
        return runOnMachine(runner, told).then(({ result }) => result);
      };
      const found = await side(runner, run, first.model, second.model, options);
      const timed = compressed && computed(found) && runner.browser === null;
      const latency = timed
        ? await latencyOf(
            () => run(modelPath, timedJob),
            () => run(againstPath, timedJob),
          )
        : null;
      results.push(timed ? { ...found, latency } : found);
      if (compressed && results.length === 1 && computed(found)) {
        const sides = { first: { model: first.model, job }, second: { model: second.model, job: other.job } };
        inside = await insideOf(runner, sides, options);
      }
    }
  }
  const { budget } = options;
  return {
    schema: "congruent/against@1",
    model: first.said,
    against: second.said,
    inputs: { source, samples },
    ...(compressed
      ? {
          ...findChanges(folded[0].model, folded[1].model),
          folded: { first: folded[0].count, second: folded[1].count },
        }
      : findChanges(first.model, second.model)),
    runtimes: results,
    ...(budget && { budget }),
    ...inside,
    ...("why" in other ? { verdict: "inconclusive", because: other.why } : verdictOf(results, budget)),
  };
}

/** Samples on which inner values are compared, and files in between are tried. */
const INSIDE_SAMPLES = 32;

type Half = { model: ModelProto; job: PreparedJob["job"] };

/** The layers of a compressed file, and which of them must stay float32. */
async function insideOf(
  runner: Runner,
  { first, second }: { first: Half; second: Half },
  { budget, precision = false }: AgainstOptions,
): Promise<Pick<AgainstReport, "layers" | "precision">> {
  if (runner.wholeOnly || runner.isReference) return {};
  const feeds = ({ job: { inputs, batching } }: Half) =>
    batching.mode === "once"
      ? inputs
      : firstSamples(
          inputs,
          batching.mode === "fixed" ? batching.size : Math.min(INSIDE_SAMPLES, sampleCount(inputs, batching)),
        );
  const { inputs: _, batching: __, ...shared } = first.job;
  const paired = pairLayers(first.model, second.model);
  return withPartRunner(runner, { ...shared, layersDirectory: null }, async (partRunner) => {
    const [a, b] = [
      { model: first.model, feeds: feeds(first) },
      { model: second.model, feeds: feeds(second) },
    ];
    const layers = await compareLayers(partRunner, a, b, paired);
    if (!precision || !budget) return { layers };
    const right = await partRunner.attempt(a.model, a.feeds);
    const lost = new Map(layers.map((layer) => [layer.node, layer.lost ?? 0]));
    const found = right.broken
      ? null
      : await findPrecision(
          second.model,
          paired,
          async (model) => {
            const ran = await partRunner.attempt(model, b.feeds);
            return ran.broken ? null : qualities(right.outputs, ran.outputs, first.model, second.model);
          },
          (quality) => quality.every((output) => overBudget(output, budget).length === 0),
          (layer) => lost.get(layer.first.name) ?? 0,
        );
    return { layers, ...(found && { precision: found }) };
  });
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
  const name = readCard(model, path)?.name ?? null;
  return { model, said: { path, sha256: sha256(bytes), name, bytes: bytes.length } };
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
  { modelPath, againstPath, inputs, tolerance, batching, budget }: AgainstOptions,
): Promise<Side> {
  const { runtime, browser } = runner;
  const nothing = { runtime, browser, outputs: [], decisions: null };
  const results: RunnerResult[] = [];
  for (const path of [modelPath, againstPath]) {
    try {
      results.push(await run(path));
    } catch (error) {
      if (error instanceof CongruentError && error.exit === 3) throw error;
      const status = machineLimit(error) ? "unavailable" : "error";
      return { ...nothing, status, reason: `${path}: ${messageOf(error)}` };
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
  const quality = qualities(a.outputs, b.outputs, first, second);
  const over = budget
    ? quality.flatMap((each) => overBudget(each, budget).map((what) => `${each.name}: ${what}`)).join("; ") ||
      null
    : reason;
  const open = !budget && nothingDecides(outputs, arithmetic);
  const status = over === null ? "pass" : open ? "inconclusive" : "fail";
  return { runtime, browser, status, reason: over, outputs, decisions, quality };
}

/**
 * Whether all that differs has no known bound: there two right files may differ as much. NaN in another place, and another shape, are told
 * apart by themselves.
 */
function nothingDecides(outputs: Side["outputs"], { jumps }: Arithmetic): boolean {
  const off = outputs.filter(({ within }) => !within);
  const numbers = off.filter(({ name }) => name !== "label");
  // A label follows from the scores, where there are any.
  if (numbers.length > 0) return numbers.every(({ bound, maxAbs }) => bound === null && maxAbs !== null);
  return outputs.length === 1 && off.length === 1 && jumps.has("label");
}

function verdictOf(
  results: readonly Side[],
  budget: Budget | undefined,
): { verdict: Verdict; because: string } {
  if (results.length === 0) return { verdict: "inconclusive", because: "no runtime ran both files" };
  const said = (each: Side) => `${runtimeId(each)}: ${each.reason}`;
  const bad = results.filter(({ status }) => status === "fail" || status === "error");
  if (bad.length > 0) return { verdict: "fail", because: bad.map(said).join("; ") };
  const open = results.filter(({ status }) => status !== "pass");
  if (open.length > 0) return { verdict: "inconclusive", because: open.map(said).join("; ") };
  const empty = nothingFinite(results.flatMap(({ outputs }) => outputs));
  if (empty !== null) {
    return {
      verdict: "inconclusive",
      because: `every value of ${empty} is NaN or infinite in both files: that they are equal proves nothing`,
    };
  }
  if (budget) return withinBudget(results, budget);
  return {
    verdict: "pass",
    because: `the outputs of both files agree on ${results.map(runtimeId).join(", ")}`,
  };
}

/** A budget of which no part speaks of any output proves nothing. */
function withinBudget(results: readonly Side[], budget: Budget): { verdict: Verdict; because: string } {
  const outputs = results.flatMap(({ quality = [] }) => quality);
  if (Object.keys(budget).length === 0) {
    return { verdict: "inconclusive", because: "the budget says nothing of any output" };
  }
  const measured = outputs.some(({ decisions }) => decisions?.kind !== "label");
  const decides = outputs.some(({ decisions }) => decisions !== null);
  if (budget.flips !== undefined && !decides) {
    return { verdict: "inconclusive", because: "the budget is on flips, and no output decides anything" };
  }
  if (budget.flips === undefined && !measured) {
    return { verdict: "inconclusive", because: "the budget is on numbers, and the only outputs are labels" };
  }
  const said = Object.entries(budget).map(([name, value]) => `${name} ${value}`);
  return {
    verdict: "pass",
    because: `within the budget (${said.join(", ")}) on ${results.map(runtimeId).join(", ")}`,
  };
}
