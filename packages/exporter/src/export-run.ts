import { join } from "node:path";
import { sha256 } from "@congruent/core/files";
import type { Card } from "@congruent/core/schemas";
import { checkProfile, type ModelProto, writeCard } from "@congruent/onnx";
import { type FinishedRun, runPaths } from "@congruent/run";
import { isFitted, readAnyRun } from "./any-run.js";
import { convertSavedModel } from "./convert-by-tf2onnx.js";
import { drafts } from "./drafts.js";
import { exportEstimator } from "./export-estimator.js";
import { type Exporter, exporterOf, networkExporters } from "./exporters.js";
import { sourceInFiles } from "./layers-source.js";
import { modelOpset } from "./model-opset.js";
import { ownVersion } from "./own-version.js";
import { refuseUnwritable } from "./refuse-unwritable.js";
import { runCard } from "./run-card.js";
import { type Draft, type VerifiedFile, writeVerified } from "./write-verified.js";

export interface ExportRunOptions {
  /** A finished run directory. */
  run: string;
  /** The .onnx file to write. Default: model.onnx in the run directory. */
  out?: string;
  /** What converts the run. Default: `native`. */
  via?: Exporter;
  /** Version of the standard operator set, of a network. Default: the exporter's own. */
  opset?: number | undefined;
  /** Whether a network's nodes that some runtime is known to compute wrongly are rewritten, see `ExportModelOptions`. Default: true. */
  portable?: boolean | undefined;
  timeoutMs?: number;
}

export interface ExportedModel {
  path: string;
  bytes: number;
  sha256: string;
  card: Card;
  nodes: number;
  opset: number;
  /** What a network's file was compared with its source on; null for a classical model, which `congruent agreement` compares. */
  verification: VerifiedFile["verification"] | null;
  /** What was rewritten because some runtime is known to compute it wrongly. */
  rewrites: VerifiedFile["rewrites"];
}

const RANGE = [0, 255] as const;

/**
 * Turns a finished run into one ONNX file with the shared interface and its card inside, checked by our checker and the profile; a network's file also
 * by comparing it with tfjs, as `exportModel` does. The file appears whole or not at all.
 *
 * @throws CongruentError `E_EXPORT_VERIFY` (exit 1) for a file that would not compute what the run's model computes; `E_EXPORTER` for an exporter
 * that is not for this kind of run, and what exporters and checks throw
 * @example
 * ```ts no-run
 * const { path, opset } = await exportRun({ run: "runs/lenet" });
 * [path, opset]; // => ["runs/lenet/model.onnx", 18]
 * ```
 */
export async function exportRun(options: ExportRunOptions): Promise<ExportedModel> {
  const run = await readAnyRun(options.run);
  const out = options.out ?? runPaths(run.directory).onnx;
  await refuseUnwritable(out);
  if (!isFitted(run)) return exportNetwork(run, out, options);
  const { via, timeoutMs } = options;
  const { bytes, card, model } = await exportEstimator(run, { out, via, timeoutMs });
  return {
    path: out,
    bytes: bytes.length,
    sha256: sha256(bytes),
    card,
    nodes: model.graph?.node.length ?? 0,
    opset: modelOpset(model),
    verification: null,
    rewrites: [],
  };
}

async function exportNetwork(
  run: FinishedRun,
  out: string,
  { via, opset, portable, timeoutMs }: ExportRunOptions,
): Promise<ExportedModel> {
  const { directory, recipe } = run;
  const paths = runPaths(directory);
  const source = await sourceInFiles(paths.layers);
  const made = await drafts(source, {
    via: exporterOf(via, networkExporters, `${directory}, a run of ${recipe.name}`),
    opset,
    portable,
    timeoutMs,
    classifier: true,
    logFile: join(directory, "tf2onnx.log"),
    bridge: (bridge) => convertSavedModel(paths.savedModel, bridge),
  });
  const cards = made.map((draft) =>
    runCard(run, ["label", "probabilities", "logits"], versionsOf(run, draft), draft.rewrites),
  );
  const withCards = made.map((draft, i): Draft => {
    const model: ModelProto = writeCard(draft.model, cards[i] as Card);
    checkProfile(model, cards[i] as Card, out);
    return { ...draft, model };
  });
  const { data: _, ...written } = await writeVerified({
    ...{ out, tf: source.tf, model: await source.model(), range: RANGE, timeoutMs },
    drafts: withCards as [Draft, ...Draft[]],
  });
  return { ...written, card: cards[0] as Card };
}

function versionsOf({ environment }: FinishedRun, { model }: Draft): Record<string, string> {
  const { versions } = environment;
  return {
    "tfjs-node": versions["tfjs-node"] ?? "unknown",
    tensorflow: versions.tensorflow ?? "unknown",
    // tf2onnx appends its commit, which is missing in released builds: "1.17.0 None".
    [model.producerName || "exporter"]: model.producerVersion.split(" ")[0] || ownVersion(),
  };
}
