/** What to run instead where every runtime refused a job for what it was given, not for what it is. */
import type { ModelProto } from "@congruent/onnx";
import type { Run } from "../cell-of.js";
import type { GenerateOptions } from "../inputs/index.js";
import { firstSamples, type RunnerJob, sampleCount, type Tensors } from "../runner.js";
import { findInputs } from "./find-inputs.js";

type Job = Pick<RunnerJob, "modelPath" | "inputs" | "batching" | "timeoutMs">;

export interface Mended {
  /** Null where nothing else is to be run: the inputs are the user's. */
  instead: { inputs: Tensors; batching: RunnerJob["batching"]; source: string | null } | null;
  /** For the report. */
  warning: string;
}

export interface MendOptions {
  model: ModelProto;
  job: Job;
  runs: readonly Run[];
  /** How the inputs were made up; undefined where they were given. */
  generated: GenerateOptions | undefined;
}

/**
 * - Outputs without a row for each sample: one run of the first sample, or of the first batch of a fixed size.
 * - Inputs that every runtime refuses: others are made up and tried. Where the refused ones were only guessed, they take their place;
 *   where the user gave a part of them, the report says which ones work.
 *
 * Null where at least one runtime computed something, or the reason is another one.
 */
export async function jobThatRuns({ model, job, runs, generated }: MendOptions): Promise<Mended | null> {
  const there = runs.filter(({ failure, runner }) => failure?.status !== "unavailable" && !runner.wholeOnly);
  if (there.length === 0) return null;
  const unjoined = there.find(({ code }) => code === "E_BATCH_OUTPUT");
  // A batch of one has one row, whatever its rows mean: a runtime that did no more in its time has nothing against it.
  const other = there.some(
    ({ result }) => result !== null && (!unjoined || result.samples > 1 || !result.cut),
  );
  if (other) return null;
  if (unjoined) return oneRun(job, unjoined.failure?.reason ?? "");
  const refused = there.find(({ code }) => code === "E_RUN");
  if (!refused || there.some(({ code }) => !isRefusal(code))) return null;
  const likely = `every runtime refuses these inputs, so they are the likely reason (${firstLine(refused.failure?.reason ?? "")})`;
  const asked = generated ?? { seed: 42 };
  const found = await findInputs({
    model,
    modelPath: job.modelPath,
    generated: asked,
    refusal: refused.failure?.reason ?? "",
  });
  if (!found)
    return {
      instead: null,
      warning: `${likely}; none of the others that were tried works: say --shape and --fill`,
    };
  const { words, inputs, batching } = found;
  const own = generated && ((generated.shapes?.size ?? 0) > 0 || (generated.fills?.length ?? 0) > 0);
  if (!generated || own) {
    const how = generated ? words : `--inputs random ${words}`;
    return { instead: null, warning: `${likely}; these were tried and work: ${how}` };
  }
  return {
    instead: { inputs, batching, source: found.source },
    warning: `every runtime refuses the inputs that were guessed first (${firstLine(refused.failure?.reason ?? "")}); these were tried, work, and were taken instead: ${words}`,
  };
}

/** Codes of runtimes and of the reference that speak of what a run was given. */
function isRefusal(code: string | null): boolean {
  return code !== null && (code === "E_RUN" || code.startsWith("E_NODE") || code.startsWith("E_INPUT"));
}

function oneRun(job: Job, reason: string): Mended | null {
  if (job.batching.mode === "once") return null;
  const count = job.batching.mode === "fixed" ? job.batching.size : 1;
  return {
    instead: {
      inputs: firstSamples(job.inputs, Math.min(count, sampleCount(job.inputs, job.batching))),
      batching: { mode: "once" },
      source: null,
    },
    warning: `${reason}, so its rows cannot be told apart by sample: ${count === 1 ? "one sample was" : `${count} samples were`} run, once (--once takes all inputs as those of one run)`,
  };
}

function firstLine(text: string): string {
  return text.split("\n")[0]?.trim() ?? "";
}
