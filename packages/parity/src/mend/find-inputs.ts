/** Inputs that a model takes, found by trying. */
import { askScript } from "@congruent/core/process";
import { type ModelProto, modelInterface } from "@congruent/onnx";
import type { TryAnswer, TryRequest } from "../children/protocol.js";
import { type GeneratedInputs, type GenerateOptions, generateInputs } from "../inputs/index.js";
import { type Candidate, candidates } from "./candidates.js";

export interface FindOptions {
  model: ModelProto;
  modelPath: string;
  /** What was tried already; what the user said stays. */
  generated: GenerateOptions;
  /** What a runtime said: the sizes that it wants often stand in it. */
  refusal: string;
}

export interface FoundInputs {
  /** As options of the command line. */
  words: string;
  inputs: GeneratedInputs["tensors"];
  batching: { mode: "once" };
  source: string;
}

/** For all that is tried. */
const TIME_MS = 60_000;

/** Null where nothing that was tried works, or the search broke the process or took a minute. */
export async function findInputs(options: FindOptions): Promise<FoundInputs | null> {
  const { model, modelPath, generated, refusal } = options;
  const all = candidates(model, generated, refusal);
  const request: TryRequest = {
    modelPath,
    candidates: all.map(({ shapes, fills }) => ({ shapes: [...shapes], fills })),
    seed: generated.seed,
  };
  const script = new URL("../children/try-inputs.js", import.meta.url);
  let at: number | null;
  try {
    ({ works: at } = await askScript<TryAnswer>({ script, request, timeoutMs: TIME_MS }));
  } catch {
    // A search that fails has found nothing: the runtimes' own reasons stand in the report.
    return null;
  }
  const winner = at === null ? undefined : all[at];
  if (!winner) return null;
  const { tensors, source } = generateInputs(model, optionsOf(winner, generated.seed));
  return { words: wordsOf(model, winner, tensors), inputs: tensors, batching: { mode: "once" }, source };
}

/** A candidate as it is generated, here and in the child. */
export function optionsOf({ shapes, fills }: Candidate, seed: number): GenerateOptions {
  return { seed, shapes, fills, samples: 1, once: true };
}

/** Whole shapes for the inputs whose shape the model leaves open, and the fills. */
function wordsOf(model: ModelProto, { fills }: Candidate, tensors: GeneratedInputs["tensors"]): string {
  const open = modelInterface(model).inputs.filter(
    ({ dims }) => !dims || dims.some((dim) => typeof dim !== "number"),
  );
  return [
    ...open.map(({ name }) => `--shape ${quoted(`${name}=${tensors[name]?.dims.join(",") ?? ""}`)}`),
    ...fills.map((fill) => `--fill ${quoted(fill)}`),
  ].join(" ");
}

/** As a shell takes it. */
function quoted(text: string): string {
  return /^[\w.,:=/+-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
