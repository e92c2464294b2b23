import { randomBytes } from "node:crypto";
import { access, constants, readFile, rm, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { type Card, CongruentError } from "@congruent/core";
import { makeDirectory, sha256, writeError, writeFileAtomic } from "@congruent/core/files";
import { checkProfile, decodeModel, encodeModel, type ModelProto, writeCard } from "@congruent/onnx";
import { type FinishedRun, readRun, runPaths } from "@congruent/trainer";
import { tf2onnx } from "./bridges/tf2onnx.js";
import { checkOnnx } from "./check-onnx.js";

export interface ExportRunOptions {
  /** A finished run directory. */
  run: string;
  /** Where the .onnx file goes; model.onnx in the run directory unless told. */
  out?: string;
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
 * @example
 * ```ts no-run
 * const { path, opset } = await exportRun({ run: "runs/lenet" });
 * [path, opset]; // => ["runs/lenet/model.onnx", 18]
 * ```
 */
export async function exportRun(options: ExportRunOptions): Promise<ExportedModel> {
  const run = await readRun(options.run);
  const paths = runPaths(run.directory);
  const out = options.out ?? paths.onnx;
  await refuseUnwritable(out);
  const draft = join(run.directory, `.export-${randomBytes(4).toString("hex")}.onnx`);
  try {
    await tf2onnx({
      savedModel: paths.savedModel,
      out: draft,
      logFile: join(run.directory, "tf2onnx.log"),
      ...(options.timeoutMs !== undefined && { timeoutMs: options.timeoutMs }),
    });
    const converted = decodeModel(new Uint8Array(await readFile(draft)), draft);
    const model = withBatchNamed(converted);
    const card = cardOf(run, model);
    const bytes = encodeModel(writeCard(model, card));
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
    await rm(draft, { force: true });
  }
}

/** Says at once what would be found out only after the conversion. */
async function refuseUnwritable(out: string): Promise<void> {
  const found = await stat(out).catch(() => null);
  if (found?.isDirectory()) {
    throw new CongruentError({
      code: "E_WRITE",
      what: `${out} is a folder`,
      expected: "the path of the .onnx file to write",
      fix: `--out ${join(out, "model.onnx")}`,
    });
  }
  try {
    await makeDirectory(dirname(out));
    await access(dirname(out), constants.W_OK);
  } catch (error) {
    throw writeError(out, error);
  }
}

/** tf2onnx numbers unknown dimensions (`unk__31`); the first of every input and output is the batch. */
function withBatchNamed(model: ModelProto): ModelProto {
  for (const value of [...(model.graph?.input ?? []), ...(model.graph?.output ?? [])]) {
    const kind = value.type?.value;
    const first = kind?.case === "tensorType" ? kind.value.shape?.dim[0] : undefined;
    if (first && first.value.case !== "dimValue") first.value = { case: "dimParam", value: "batch" };
  }
  return model;
}

function cardOf(run: FinishedRun, model: ModelProto): Card {
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
    outputs: ["label", "probabilities", "logits"],
    labels: dataset.labels,
    dataset: { name: dataset.name, license: dataset.license, sha256: dataset.sha256 },
    recipe,
    versions: {
      "tfjs-node": environment.versions["tfjs-node"] ?? "unknown",
      tensorflow: environment.versions.tensorflow ?? "unknown",
      // tf2onnx appends its own commit, which released builds do not know: "1.17.0 None".
      [model.producerName || "exporter"]: model.producerVersion.split(" ")[0] ?? "unknown",
    },
  };
}
