/** `congruent parity` as a function. */
import { rm, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { CongruentError, type RuntimeId, type Tensor } from "@congruent/core";
import { sha256, temporaryFolder } from "@congruent/core/files";
import type { ParityReport } from "@congruent/core/schemas";
import { encodeModel, type ModelProto, modelInterface } from "@congruent/onnx";
import { readModel } from "@congruent/onnx/files";
import { readExpected } from "./expected-outputs.js";
import { bindStrings, type ReadInputsOptions, type RunInputs, readInputs } from "./inputs/index.js";
import type { Diagnose } from "./matrix-options.js";
import { type ParityOptions, runParity } from "./run-parity.js";
import { runners as allRunners } from "./runners/index.js";
import { recorded } from "./runners/recorded.js";
import { withDrift } from "./steps/drift.js";
import { stateLinks } from "./steps/state-links.js";
import { stepInputs } from "./steps/step-inputs.js";
import { type StateLink, unroll } from "./steps/unroll.js";

export interface ParityFileOptions
  extends Omit<ReadInputsOptions, "inputs" | "shapes" | "fills">,
    Omit<ParityOptions, "modelPath" | "layersDirectory" | "inputs" | "samples" | "diagnose"> {
  /** The ONNX file. */
  model: string;
  /** A file, folder, data set or `random`, as {@link ReadInputsOptions} says; or the tensors themselves, by name. */
  inputs?: string | Record<string, Tensor> | RunInputs | undefined;
  /** Of random inputs: whole shapes by input, sizes by axis: `{ input: [1, 576], batch: 4 }`. */
  shapes?: Readonly<Record<string, number | readonly number[]>> | undefined;
  /** Of random inputs: by input a number, several, or a strategy: `{ sr: 16000, ids: "integers:0,10" }`; or texts as `--fill` takes them. */
  fills?:
    | readonly string[]
    | Readonly<Record<string, string | number | boolean | readonly number[]>>
    | undefined;
  /** The tfjs layers model that it was made from. */
  layers?: string | undefined;
  /** The most samples per runtime. */
  sampleLimit?: Partial<Record<RuntimeId, number>> | undefined;
  /** Runs the model so many times in a row, its outputs fed back as the states of the next run. */
  steps?: number | undefined;
  /** Which output is which input of the next step, as `OUTPUT=INPUT`. Default: as their names tell. */
  state?: readonly string[] | undefined;
  /** A file of outputs from elsewhere, which become a runtime `recorded` of the report. */
  expected?: string | undefined;
  /** Makes what looks where a failing runtime goes wrong, of the model that is run: `diagnoseWith` gives it. */
  diagnose?: ((model: ModelProto) => Diagnose | undefined) | undefined;
}

/**
 * Runs one ONNX file on every runtime and says whether the numbers agree.
 *
 * @returns the report; its `verdict` is `pass`, `fail` or `inconclusive`, and `because` says why
 * @throws CongruentError as {@link runParity}, {@link readInputs} and `readExpected`; `E_STATE` for steps without a state; `E_EXPECTED`
 * for outputs from elsewhere beside inputs that are made up here
 * @example
 * ```ts
 * const model = "models/lenet/model.onnx";
 * const report = await parity({ model, inputs: "random", samples: 2, runtimes: ["reference", "node-cpu"] });
 * report.verdict; // => "pass"
 * report.cells.map(({ runtime, samples }) => [runtime, samples]); // => [["reference", 2], ["node-cpu", 2]]
 * ```
 */
export async function parity(options: ParityFileOptions): Promise<ParityReport> {
  const { model: path, steps, expected, runners = allRunners } = options;
  const { model, bytes } = await readModel(path);
  checkTogether(options);
  const given = await givenInputs(model, options);
  const state = steps === undefined ? [] : stateLinks(modelInterface(model), options.state);
  const inputs = steps === undefined ? given : stepInputs(model, given, { steps, state });
  const bound = bindStrings(model, given.strings ?? {});
  const run = steps === undefined ? bound : unroll(bound, steps, state);
  const others = expected === undefined ? [] : [recorded(await readExpected(expected, model))];
  const all = [...runners.filter(({ runtime }) => others.length === 0 || runtime !== "recorded"), ...others];
  const { runtimes } = options;
  const settings: Omit<ParityOptions, "modelPath"> = {
    ...options,
    inputs,
    layersDirectory: steps === undefined ? options.layers : undefined,
    samples: options.sampleLimit,
    runners: all,
    runtimes: runtimes && others.length > 0 ? [...runtimes, "recorded"] : runtimes,
    diagnose: options.diagnose?.(run),
    shapeInputs:
      options.shapeInputs ??
      (given.generated && { seed: given.generated.seed, fills: given.generated.fills }),
  };
  if (run === model) return runParity({ ...settings, modelPath: path });
  const report = await withFile(run, path, (modelPath) => runParity({ ...settings, modelPath }));
  const whole = { ...report, model: { ...report.model, path, sha256: sha256(bytes) } };
  return steps === undefined ? whole : withDrift(whole, steps, state as StateLink[]);
}

/** The inputs that the options name. */
export async function givenInputs(model: ModelProto, options: ParityFileOptions): Promise<RunInputs> {
  const { inputs, shapes = {}, fills = {}, ...rest } = options;
  if (typeof inputs === "object") {
    if (isRead(inputs)) return inputs;
    const { once } = options;
    return { source: "given tensors", tensors: inputs, ...(once && { batching: { mode: "once" } as const }) };
  }
  const sizes = Object.entries(shapes).map(([name, size]): [string, readonly number[]] => [
    name,
    typeof size === "number" ? [size] : size,
  ]);
  const filled = isList(fills)
    ? fills
    : Object.entries(fills).map(
        ([name, value]) => `${name}=${Array.isArray(value) ? value.join(",") : value}`,
      );
  return readInputs(model, options.model, { ...rest, inputs, shapes: new Map(sizes), fills: filled });
}

/** Inputs that were read already, not tensors by name. */
function isRead(inputs: Record<string, Tensor> | RunInputs): inputs is RunInputs {
  return typeof inputs.source === "string";
}

function isList(fills: NonNullable<ParityFileOptions["fills"]>): fills is readonly string[] {
  return Array.isArray(fills);
}

/** Options of which one would have no say, or no sense. */
function checkTogether({ inputs, steps, expected, state, sweep }: ParityFileOptions): void {
  const wrong = (code: string, what: string, fix: string) => {
    throw new CongruentError({ code, what, fix });
  };
  if (state && state.length > 0 && steps === undefined) {
    wrong("E_STATE", "a state was named, and no steps", "add --steps N (steps)");
  }
  if (steps !== undefined && expected !== undefined) {
    wrong(
      "E_EXPECTED",
      "outputs from elsewhere cannot be compared step by step",
      "leave out --steps or --expected",
    );
  }
  if (steps !== undefined && sweep && sweep.length > 0) {
    wrong("E_STATE", "a sweep and steps do not go together", "leave out --steps or --sweep");
  }
  const made =
    typeof inputs === "object" && isRead(inputs)
      ? inputs.generated !== undefined
      : inputs === undefined || inputs === "random";
  if (expected !== undefined && made) {
    wrong(
      "E_EXPECTED",
      "outputs from elsewhere belong to inputs that are there too, and these are made up here",
      "give the inputs that the outputs were computed from: --inputs FILE.npz",
    );
  }
}

/** The model in a file of the same name, for as long as it is run; errors name the file that was given. */
async function withFile(
  model: ModelProto,
  path: string,
  use: (path: string) => Promise<ParityReport>,
): Promise<ParityReport> {
  const folder = await temporaryFolder("parity");
  const file = join(folder, basename(path));
  try {
    await writeFile(file, encodeModel(model));
    return named(await use(file), (text) => text.replaceAll(file, path));
  } catch (error) {
    if (!(error instanceof CongruentError) || !error.what.includes(file)) throw error;
    const { code, what, expected, fix, exit } = error;
    throw new CongruentError({
      code,
      what: what.replaceAll(file, path),
      ...(expected === undefined ? {} : { expected }),
      ...(fix === undefined ? {} : { fix: fix.replaceAll(file, path) }),
      exit,
      cause: error,
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** A report whose sentences name the file that was given. */
function named(report: ParityReport, rename: (text: string) => string): ParityReport {
  const cells = report.cells.map((cell) => ({
    ...cell,
    reason: cell.reason === null ? null : rename(cell.reason),
  }));
  return { ...report, cells, because: rename(report.because), warnings: report.warnings.map(rename) };
}
