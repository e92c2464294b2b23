/** The options of `congruent parity`, parsed. */
import { CongruentError, type RuntimeId } from "@congruent/core";
import { GATES, OPTIMIZATIONS, SWEEP_AXES, type SweepAxis } from "@congruent/core/schemas";
import type { Command } from "commander";
import { InvalidArgumentError, Option } from "commander";
import { type ParityInputOptions, withInputOptions } from "../inputs/parity-inputs.js";
import type { CommonOptions } from "../verb.js";
import { type BisectCliOptions, withBisectOptions } from "./bisect-options.js";
import { collect } from "./collect.js";
import { wholeNumber } from "./numbers.js";
import { runtimeList } from "./runtimes.js";

export interface ParityCliOptions extends BisectCliOptions, CommonOptions, ParityInputOptions {
  runtimes?: RuntimeId[];
  layers?: string;
  expect?: string;
  timeout: number;
  referenceTime?: number;
  time?: number;
  memory?: number;
  batchSize?: number;
  sampleLimit?: Partial<Record<RuntimeId, number>>;
  threads?: number;
  optimization?: (typeof OPTIMIZATIONS)[number];
  requireEp?: boolean;
  atol?: number;
  rtol?: number;
  gate: (typeof GATES)[number];
  maxFlips: number;
  sweep?: SweepAxis[];
  against?: string;
  budget?: string;
  ort?: string[];
  baseline?: string;
  steps?: number;
  state?: string[];
  expected?: string;
}

/** What is compared, how it is run, and what counts as a failure: in this order under --help. */
export function withParityOptions(command: Command): Command {
  return withBisectOptions(withInputOptions(command))
    .option(
      "--runtimes <a,b>",
      "these, none of which may be absent, such as node-cpu,web-wasm@firefox (default: all that are there)",
      runtimeList,
    )
    .option("--layers <dir>", "the tfjs layers model it was made from (default: layers/ beside the file)")
    .option(
      "--steps <n>",
      "run the model n times in a row, its states fed back, and compare each step",
      wholeNumber("--steps"),
    )
    .option(
      "--state <output=input>",
      "with --steps: which output is which input of the next step; may be repeated (default: as names tell, state → stateN)",
      collect,
    )
    .option(
      "--expected <file>",
      "outputs from elsewhere (.npz by the outputs' names, .npy), as a runtime of their own",
    )
    .option("--against <file>", "another ONNX file: what differs in it, and what numerically follows")
    .option(
      "--budget <a,b>",
      "with --against: how much the other file may lose, such as snr=40,flips=0.5% (with --bisect: which nodes must stay float32)",
    )
    .option(
      "--ort <versions>",
      "further releases of onnxruntime-node, such as 1.27.0: installed from npm into the cache, each a column",
      (text: string) => text.split(",").map((version) => version.trim()),
    )
    .option(
      "--sample-limit <runtime=n>",
      "how many samples that runtime takes at most; may be repeated (default: 100 for the reference and for WebGPU without a GPU)",
      sampleLimit,
    )
    .option("--batch-size <n>", "samples per run of the model (default: 100)", wholeNumber("--batch-size"))
    .option(
      "--threads <n>",
      "of one operator, on the CPU (default: 1 in a browser)",
      wholeNumber("--threads"),
    )
    .addOption(
      new Option(
        "--optimization <level>",
        "how far ONNX Runtime may rewrite the graph (default: all)",
      ).choices(OPTIMIZATIONS),
    )
    .option("--sweep <a,b>", `run again under other settings: ${SWEEP_AXES.join(", ")}`, sweepAxes)
    .option("--timeout <s>", "seconds that each runtime may take", wholeNumber("--timeout"), 300)
    .option(
      "--reference-time <s>",
      "seconds for the reference in all; what it has done by then counts (default: 60, and --timeout with --samples, --sample-limit, --expect or --baseline)",
      wholeNumber("--reference-time"),
    )
    .option(
      "--time <s>",
      "seconds for all other runtimes together, shared out among them; what each has done by then counts (default: 70, and --timeout for each with --samples, --expect or --baseline)",
      wholeNumber("--time"),
    )
    .option("--memory <MiB>", "memory that each runtime may take (Linux)", wholeNumber("--memory"))
    .option("--require-ep", "a node that falls back to another execution provider is a failure")
    .option(
      "--atol <x>",
      "allowed absolute difference, instead of bounds from the model",
      tolerance("--atol"),
    )
    .option(
      "--rtol <x>",
      "allowed difference as a part of the output's largest magnitude",
      tolerance("--rtol"),
    )
    .addOption(
      new Option("--gate <what>", "what makes a runtime fail: its numbers, flipped decisions, or both")
        .choices(GATES)
        .default("numbers"),
    )
    .option(
      "--max-flips <n>",
      "decisions that may flip (with --gate flips or both)",
      wholeNumber("--max-flips", 0),
      0,
    )
    .option("--expect <file>", "ledger of known divergences")
    .option("--baseline <file>", "an older report (.json): fail only for what got worse");
}

/** Seconds that people wait for a reference, and for all others beside it. */
const REFERENCE_SECONDS = 60;
const OTHERS_SECONDS = 70;

/**
 * Seconds that the reference may take; undefined where its samples are named, or a check must say the same on every machine: then only the
 * time limit of all runtimes ends it.
 */
export function referenceSeconds(
  options: Pick<ParityCliOptions, "referenceTime" | "samples" | "sampleLimit" | "expect" | "baseline">,
): number | undefined {
  const { referenceTime, samples, sampleLimit, expect, baseline } = options;
  if (referenceTime !== undefined) return referenceTime;
  const counted = samples ?? sampleLimit?.reference ?? expect ?? baseline;
  return counted === undefined ? REFERENCE_SECONDS : undefined;
}

/** Seconds for all other runtimes together; undefined likewise, but that a limit of one runtime's samples concerns that one alone. */
export function othersSeconds({
  time,
  samples,
  expect,
  baseline,
}: Pick<ParityCliOptions, "time" | "samples" | "expect" | "baseline">): number | undefined {
  return time ?? ((samples ?? expect ?? baseline) === undefined ? OTHERS_SECONDS : undefined);
}

/** @throws CongruentError `E_USAGE` for options that contradict each other */
export function checkParityOptions(options: ParityCliOptions): void {
  if (options.maxFlips > 0 && options.gate === "numbers") {
    throw new CongruentError({
      code: "E_USAGE",
      what: "--max-flips was given, and the gate is on numbers alone",
      fix: "add --gate flips or --gate both",
    });
  }
  const alone = (
    [
      "sweep",
      "baseline",
      "expect",
      "requireEp",
      "bisect",
      "repro",
      "cure",
      "maxMemory",
      "sampleLimit",
      "referenceTime",
      "time",
      "steps",
      "state",
      "expected",
      "ort",
    ] as const
  )
    // Of two files a bisect looks for the layers that must stay float32, which only a budget can tell.
    .filter((name) => name !== "bisect" || options.budget === undefined)
    .find((name) => options[name] !== undefined);
  if (options.against !== undefined && alone !== undefined) {
    throw new CongruentError({
      code: "E_USAGE",
      what: `--against compares two files, which --${alone.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)} has no say in`,
      fix: "leave one of the two out",
    });
  }
}

/** @throws CongruentError `E_USAGE` for a budget without a second file */
export function checkBudget({ against, budget }: Pick<ParityCliOptions, "against" | "budget">): void {
  if (budget === undefined || against !== undefined) return;
  throw new CongruentError({
    code: "E_USAGE",
    what: "--budget was given, and there is no second file that it could be of",
    fix: "add --against FILE.onnx, the compressed file",
  });
}

function sampleLimit(
  text: string,
  previous: ParityCliOptions["sampleLimit"] = {},
): ParityCliOptions["sampleLimit"] {
  const [, name, count] = /^([^=]+)=([1-9]\d*)$/.exec(text) ?? [];
  if (name === undefined)
    throw new InvalidArgumentError("--sample-limit takes RUNTIME=N, such as reference=1000.");
  const names = runtimeList(name);
  return { ...previous, ...Object.fromEntries(names.map((runtime) => [runtime, Number(count)])) };
}

function sweepAxes(text: string): SweepAxis[] {
  return text.split(",").map((part) => {
    const axis = SWEEP_AXES.find((known) => known === part.trim());
    if (axis) return axis;
    throw new InvalidArgumentError(`"${part.trim()}" is none of ${SWEEP_AXES.join(", ")}.`);
  });
}

function tolerance(option: string): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text.trim() !== "" && Number.isFinite(value) && value >= 0) return value;
    throw new InvalidArgumentError(`${option} takes a number, 0 or more, such as 1e-5.`);
  };
}
