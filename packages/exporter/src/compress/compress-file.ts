/** A model file in fewer bits, written only when it holds its budget. */
import { mkdtemp, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import type { RuntimeId } from "@congruent/core";
import { sha256, sync, writeError, writeFileAtomic, writeJson } from "@congruent/core/files";
import type { Budget, Compressed, CompressionFormat } from "@congruent/core/schemas";
import { checkModel, encodeModel, type ModelProto } from "@congruent/onnx";
import { readModel } from "@congruent/onnx/files";
import {
  overBudget,
  qualities,
  type RunInputs,
  type RunsOptions,
  runAgainst,
  type Tensors,
  withRuns,
} from "@congruent/parity";
import { allNodes, BLOCK, compress, type Range, type RangeMethod, rangesToFind } from "@congruent/passes";
import { CALIBRATION_SAMPLES, calibrate } from "./calibrate.js";
import { findKept } from "./find-kept.js";

export interface CompressFileOptions extends Pick<RunsOptions, "webApp" | "limits" | "threads"> {
  /** The ONNX file in float32. */
  path: string;
  /** The file to be written. */
  out: string;
  format: CompressionFormat;
  /** What both files are compared on. */
  inputs: RunInputs;
  /** How much may be lost. Default: {@link DEFAULT_BUDGET}. */
  budget?: Budget | undefined;
  /** Both files run on each; nodes that stay float32 are looked for on the first. Default: `node-cpu`. */
  runtimes?: readonly RuntimeId[] | undefined;
  /** Elements of a block, of `int4-weights`. Default: 32. */
  block?: number | undefined;
  /** What ranges are found on, of `int8-static`. Default: the first of `inputs`. */
  calibration?: RunInputs | undefined;
  /** How ranges are told, of `int8-static`. Default: `min-max`. */
  method?: RangeMethod | undefined;
  onProgress?: ((text: string) => void) | undefined;
}

/** An error of a tenth of the numbers, in the root mean square. */
export const DEFAULT_BUDGET: Budget = { snr: 20 };

/**
 * Compresses a file, keeps as few nodes in float32 as the budget takes, and writes the result under its name only after our checker, loading in
 * each runtime and the comparison of both files hold. Where they do not, nothing is written but the report, as `OUT.compressed.json`.
 *
 * @returns the report; `out.path` is null where the file was not written
 * @throws CongruentError what `compress` and the inputs lack; exit 3 for a runtime that is absent; `E_WRITE`, `E_DISK_FULL`
 */
export async function compressFile(options: CompressFileOptions): Promise<Compressed> {
  const { path, out, format, inputs, runtimes = ["node-cpu"], budget = DEFAULT_BUDGET } = options;
  const { method = "min-max", onProgress = () => undefined } = options;
  const first = await readModel(path);
  checkModel(first.model, path);
  const block = format === "int4-weights" ? (options.block ?? BLOCK) : null;
  const calibration = format === "int8-static" ? await calibrated(first.model, options, method) : null;
  const ranges = new Map<string, Range>(Object.entries(calibration?.ranges ?? {}));
  const made = (kept: ReadonlySet<string>) =>
    compress(first.model, { format, keep: kept, ranges, ...(block !== null && { block }) });
  const whole = made(new Set());
  const shared = { webApp: options.webApp, limits: options.limits, threads: options.threads };
  const search = await withRuns(
    first.model,
    { ...shared, inputs, runtime: runtimes[0] ?? "node-cpu" },
    async ({ outputs }) => {
      const right = await outputs(first.model);
      return findKept({
        candidates: whole.compressed,
        measure: async (kept) => {
          onProgress(kept.length === 0 ? "measuring" : `measuring with ${kept.length} nodes in float32`);
          const model = made(new Set(kept.map(({ node }) => node))).model;
          const seen: Tensors | null = right && (await outputs(model));
          return right && seen && qualities(right, seen, first.model, model);
        },
        holds: (quality) => quality.every((output) => overBudget(output, budget).length === 0),
      });
    },
  );
  const final = made(new Set(search.kept.map(({ node }) => node)));
  const bytes = encodeModel(final.model);
  const folder = await draftFolder(out);
  try {
    const draft = join(folder, basename(out));
    await writeFileAtomic(draft, bytes);
    const parity = await runAgainst({
      ...shared,
      modelPath: path,
      againstPath: draft,
      inputs,
      runtimes,
      budget,
      onProgress: ({ runtime }) => onProgress(runtime),
    });
    const holds = search.holds && parity.verdict === "pass";
    const nodes = (model: ModelProto) => ({ nodes: allNodes(model.graph as never).length });
    const found: Compressed = {
      schema: "congruent/compressed@1",
      format,
      model: { path, sha256: sha256(first.bytes), bytes: first.bytes.length, ...nodes(first.model) },
      out: { path: holds ? out : null, sha256: sha256(bytes), bytes: bytes.length, ...nodes(final.model) },
      block,
      calibration,
      budget,
      compressed: [...final.compressed],
      left: final.left.filter(({ node }) => search.kept.every((each) => each.node !== node)),
      search,
      parity: { ...parity, against: { ...parity.against, path: out } },
    };
    await finish(found, draft, out);
    return found;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function calibrated(
  model: ModelProto,
  { inputs, calibration = inputs, webApp, limits, threads, runtimes = ["node-cpu"] }: CompressFileOptions,
  method: RangeMethod,
): Promise<NonNullable<Compressed["calibration"]>> {
  const names = rangesToFind(model);
  const options = {
    inputs: calibration,
    webApp,
    limits,
    threads,
    runtime: runtimes[0] ?? ("node-cpu" as const),
  };
  const ranges = await withRuns(model, options, (runs) => calibrate(runs, names, method));
  const given = Object.values(calibration.tensors)[0]?.dims[0] ?? 1;
  const samples = Math.max(1, Math.min(CALIBRATION_SAMPLES, given));
  return { source: calibration.source, samples, method, ranges: Object.fromEntries(ranges) };
}

/** Beside the file, so that it can be moved into its place. */
async function draftFolder(out: string): Promise<string> {
  try {
    return await mkdtemp(join(dirname(out), `.${basename(out)}.`));
  } catch (error) {
    throw writeError(out, error);
  }
}

async function finish(found: Compressed, draft: string, out: string): Promise<void> {
  const report = `${out}.compressed.json`;
  if (found.out.path === null) return writeJson(report, found);
  try {
    await rename(draft, out);
    await sync(dirname(out));
  } catch (error) {
    throw writeError(out, error);
  }
  await rm(report, { force: true });
}
