/** Which node of a model makes a runtime wrong. */
import type { Tensor } from "@congruent/core";
import type { Bisect, BisectFinding } from "@congruent/core/schemas";
import { extract, indexGraph, type ModelProto, modelInterface } from "@congruent/onnx";
import type { Runner, Tensors } from "../runner.js";
import { Cumulative } from "./cumulative.js";
import { finding } from "./findings.js";
import { findHidden, type HiddenFault } from "./hidden.js";
import { findInside } from "./inner.js";
import { Isolated } from "./isolated.js";
import type { Journal } from "./journal.js";
import { type Oracle, type Step, tensorsOf } from "./oracle.js";
import { type BisectJob, type PartRunner, withPartRunner } from "./part-runner.js";
import { referenceOracle } from "./reference-oracle.js";
import { pickSamples, samplesIn, worstSamples } from "./samples.js";

export type BisectMode = "cumulative" | "isolated";

export interface BisectOptions {
  model: ModelProto;
  runner: Runner;
  job: BisectJob;
  /** By name, each [samples, …] where the model takes samples. */
  inputs: Tensors;
  /** How many of the samples are used: the worst ones. Default: 3. */
  samples?: number | undefined;
  /** Default: the fp64 reference. */
  oracle?: Oracle | undefined;
  /** Default: both. */
  modes?: readonly BisectMode[] | undefined;
  /** Limit in bytes for the right values of one cut and the runtime's own values. Default: 512 MiB. */
  maxMemory?: number | undefined;
  /** Where the runtime's runs are kept until the bisect is complete, so that an interrupted one goes on. Default: nowhere. */
  journal?: Journal | null | undefined;
  onProgress?: ((progress: BisectProgress) => void) | undefined;
}

export type BisectProgress =
  | { step: "samples" | "outputs" | "nodes" | "rest" | "inside" }
  | { step: "hidden"; output: string };

const SAMPLES = 3;
const MAX_MEMORY = 512 * 2 ** 20;
const MODES: readonly BisectMode[] = ["cumulative", "isolated"];
/** The search ends after this many independent hidden faults. */
const MOST_HIDDEN = 8;

/**
 * Finds the nodes that make a runtime wrong, from values alone:
 * - cumulative: the runtime's own inner values, all exposed, compared with the right ones: where the divergence begins;
 * - isolated: every node fed with right values: which kernels are wrong by themselves;
 * - where exposing the values makes the fault vanish, or where these nodes do not explain all that is wrong: the smallest part that is
 *   wrong with nothing inside it exposed.
 *
 * A runtime that crashes, hangs or refuses a part is a result: the nodes that make it do so are named. Of a guilty If, Loop or Scan the node
 * inside is named too (`inner`).
 *
 * @throws CongruentError exit 3 where the runtime is absent or the oracle does not know an operator; `E_MEMORY` where one node's values take
 * more than `maxMemory`
 */
export async function bisect(options: BisectOptions): Promise<Bisect> {
  const { runner, job, journal = null } = options;
  const found = await withPartRunner(runner, job, (partRunner) => bisectWith(partRunner, options), journal);
  await journal?.remove();
  return found;
}

async function bisectWith(partRunner: PartRunner, options: BisectOptions): Promise<Bisect> {
  const { model, oracle = referenceOracle, modes = MODES, onProgress = () => undefined } = options;
  const limit = options.maxMemory ?? MAX_MEMORY;
  const start = performance.now();
  onProgress({ step: "samples" });
  const count = samplesIn(model, options.inputs);
  const most = options.samples ?? SAMPLES;
  const samples =
    count === null ? null : await worstSamples(partRunner, oracle, model, options.inputs, count, most);
  const feeds = samples === null ? options.inputs : pickSamples(options.inputs, samples);

  onProgress({ step: "outputs" });
  const ran = await partRunner.attempt(model, feeds);
  onProgress({ step: "nodes" });
  // Both modes keep a cut at the same time.
  const share = Math.floor(limit / modes.length);
  const cumulative = modes.includes("cumulative") ? new Cumulative(partRunner, model, feeds, share) : null;
  const isolated = modes.includes("isolated") ? new Isolated(partRunner, oracle, model, share) : null;
  const final = ran.broken ? null : new Outputs(model, ran.outputs);
  await oracle.walk(model, feeds, async (step) => {
    final?.add(step);
    await cumulative?.add(step);
    await isolated?.add(step);
  });
  const own = await cumulative?.finish();
  const alone = await isolated?.finish();

  const wrong = final?.wrong ?? null;
  const found = [...(own?.roots ?? []), ...(alone?.wrong ?? [])];
  const whole = { partRunner, oracle, model, feeds };
  const rest = wrong ? await explain(whole, wrong, found, onProgress) : { hidden: [], explained: null };
  const guilty = [...found, ...(alone?.broken ?? []), ...rest.hidden.flatMap(({ nodes }) => nodes)];
  const inner = await findInside({
    oracle,
    model,
    feeds,
    guilty: new Set(guilty.map(({ index }) => index)),
    bisect(body, inputs) {
      onProgress({ step: "inside" });
      return bisectWith(partRunner, { ...options, model: body, inputs, onProgress: undefined });
    },
  });
  return {
    oracle: oracle.name,
    samples,
    final: wrong,
    broken: ran.broken ?? null,
    cumulative: own ?? null,
    isolated: alone ?? null,
    vanished: (wrong?.length ?? 0) > 0 && own !== undefined && own.first === null,
    ...rest,
    inner,
    runs: partRunner.runs,
    seconds: (performance.now() - start) / 1000,
    memory: {
      limit,
      largestCut: (cumulative?.largestCut ?? 0) + (isolated?.largestCut ?? 0),
    },
    repro: null,
  };
}

interface Part {
  partRunner: PartRunner;
  oracle: Oracle;
  model: ModelProto;
  feeds: Tensors;
}

/** Compares a model's own outputs with the right ones, as these are computed. */
class Outputs {
  readonly wrong: BisectFinding[] = [];
  readonly #names: ReadonlySet<string>;

  constructor(
    model: ModelProto,
    private readonly observed: Tensors,
  ) {
    this.#names = new Set(modelInterface(model).outputs.map(({ name }) => name));
  }

  add({ node, outputs }: Step): void {
    for (const [name, value] of outputs) {
      const observed = this.#names.has(name) ? this.observed[name] : undefined;
      const agreement = observed && value.judge(observed);
      if (agreement && !agreement.within) this.wrong.push(finding(node, name, value, agreement));
    }
  }
}

/** The model's outputs that are wrong with nothing else exposed; null where the runtime breaks. */
async function wrongOutputs({ partRunner, oracle, model, feeds }: Part): Promise<BisectFinding[] | null> {
  const ran = await partRunner.attempt(model, feeds);
  if (ran.broken) return null;
  const outputs = new Outputs(model, ran.outputs);
  await oracle.walk(model, feeds, (step) => outputs.add(step));
  return outputs.wrong;
}

/**
 * Replaces the guilty nodes' outputs by the right values and checks whether the rest of the model is right then. If it is not, exposing the
 * values hid another fault: it is found by cutting, replaced as well, and so on.
 */
async function explain(
  whole: Part,
  final: readonly BisectFinding[],
  found: readonly BisectFinding[],
  onProgress: (progress: BisectProgress) => void,
): Promise<Pick<Bisect, "hidden" | "explained">> {
  const hidden: HiddenFault[] = [];
  const guilty = new Set(found.map(({ output }) => output));
  let wrong: readonly BisectFinding[] = final;
  let rest = whole;
  while (wrong.length > 0) {
    if (guilty.size > 0) {
      onProgress({ step: "rest" });
      const without = await withoutNodes(whole, guilty);
      if (!without) break;
      rest = without;
      const left = await wrongOutputs(rest);
      if (left === null) return { hidden, explained: false };
      wrong = left;
    }
    const [first] = wrong;
    if (!first) break;
    onProgress({ step: "hidden", output: first.output });
    const fault = hidden.length < MOST_HIDDEN ? await findHidden(rest, first.output) : null;
    if (!fault || guilty.has(fault.finding.output)) return { hidden, explained: false };
    hidden.push(fault);
    guilty.add(fault.finding.output);
  }
  return { hidden, explained: final.length > 0 ? true : null };
}

/**
 * The model with some values given instead of computed. What their nodes read becomes an output too, so that faults before them are still
 * seen. Null if nothing is left.
 */
async function withoutNodes(
  { partRunner, oracle, model, feeds }: Part,
  guilty: ReadonlySet<string>,
): Promise<Part | null> {
  const { producerOf, constants } = indexGraph(model);
  const ends = [
    ...modelInterface(model).outputs.map(({ name }) => name),
    ...[...guilty].flatMap((name) => producerOf.get(name)?.reads ?? []),
  ];
  const outputs = [...new Set(ends)].filter(
    (name) => producerOf.has(name) && !guilty.has(name) && !constants.has(name),
  );
  if (outputs.length === 0) return null;
  const tensors = await tensorsOf(oracle, model, feeds, guilty);
  const part = extract(model, { inputs: Object.keys(tensors), outputs, types: tensors });
  const given = { ...feeds, ...tensors };
  const names = modelInterface(part).inputs.map(({ name }) => name);
  if (part.graph?.node.length === 0) return null;
  return {
    partRunner,
    oracle,
    model: part,
    feeds: Object.fromEntries(names.map((name) => [name, given[name] as Tensor])),
  };
}
