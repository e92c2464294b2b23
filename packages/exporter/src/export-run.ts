import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sha256, writeFileAtomic } from "@congruent/core/files";
import type { Card } from "@congruent/core/schemas";
import { checkProfile, decodeModel, encodeModel, writeCard } from "@congruent/onnx";
import { runPaths } from "@congruent/run";
import { type AnyRun, readAnyRun } from "./any-run.js";
import { checkOnnx } from "./check-onnx.js";
import { refuseUnwritable } from "./refuse-unwritable.js";
import { type Exporter, type SourceModel, sourceModel } from "./source-model.js";

export interface ExportRunOptions {
  /** A finished run directory. */
  run: string;
  /** The .onnx file to write. Default: model.onnx in the run directory. */
  out?: string;
  /** What converts the run. Default: `tf2onnx` for a network, `native` for a classical model. */
  via?: Exporter;
  timeoutMs?: number;
}

export interface ExportedModel {
  path: string;
  bytes: number;
  sha256: string;
  card: Card;
  nodes: number;
  opset: number;
}

/**
 * Turns a finished run into one ONNX file with the shared interface and its card inside, checked by the onnx package's
 * checker, its shape inference and the profile. The file appears whole or not at all.
 *
 * @throws CongruentError `E_EXPORTER` for an exporter that is not for this kind of run, and what exporters and checks throw
 * @example
 * ```ts no-run
 * const { path, opset } = await exportRun({ run: "runs/lenet" });
 * [path, opset]; // => ["runs/lenet/model.onnx", 18]
 * ```
 */
export async function exportRun(options: ExportRunOptions): Promise<ExportedModel> {
  const run = await readAnyRun(options.run);
  const paths = runPaths(run.directory);
  const out = options.out ?? paths.onnx;
  await refuseUnwritable(out);
  // Not in the run directory: it may be read-only, and nothing is left in it where this process is killed.
  const work = await mkdtemp(join(tmpdir(), "congruent-export-"));
  const draft = join(work, "draft.onnx");
  try {
    const source = await sourceModel(run, { draft, via: options.via, timeoutMs: options.timeoutMs });
    const card = cardOf(run, source);
    const bytes = encodeModel(writeCard(source.model, card));
    checkProfile(decodeModel(bytes, out), card, out);
    await writeFileAtomic(draft, bytes);
    const { nodes, opsets } = await checkOnnx(draft);
    await writeFileAtomic(out, bytes);
    return {
      path: out,
      bytes: bytes.length,
      sha256: sha256(bytes),
      card,
      nodes,
      opset: opsets["ai.onnx"] ?? 0,
    };
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

function cardOf(run: AnyRun, { outputs, versions }: SourceModel): Card {
  const { recipe, environment } = run;
  const { dataset } = environment;
  return {
    schema: "congruent/card@1",
    name: recipe.name,
    description: recipe.description,
    profile: "image-classifier",
    input: {
      name: "pixels",
      height: dataset.height,
      width: dataset.width,
      channels: dataset.channels,
      range: [0, 255],
      foreground: dataset.foreground,
    },
    outputs,
    labels: dataset.labels,
    dataset: { name: dataset.name, license: dataset.license, sha256: dataset.sha256 },
    recipe,
    versions,
  };
}
