/** A file appears under its name only after it has been found to compute what its source computes. */
import { mkdtemp, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { CongruentError } from "@congruent/core";
import { sync, writeError, writeJson } from "@congruent/core/files";
import type { AppliedRewrite, ParityReport } from "@congruent/core/schemas";
import type { ModelProto } from "@congruent/onnx";
import { writeModel } from "@congruent/onnx/files";
import { modelOpset } from "./model-opset.js";
import { otherFile } from "./verify/other-file.js";
import { type VerifyOptions, verifyExport } from "./verify/verify-export.js";

/** One way to export the model, and what came of it. */
export interface Draft {
  /** The way, for reports: `native`, `tf2onnx`. */
  via: string;
  model: ModelProto;
  /** A check of its file besides ours, before it is compared. Default: none. */
  check?: ((path: string) => Promise<unknown>) | undefined;
  /** What was rewritten so that all runtimes compute it right. Default: nothing. */
  rewrites?: readonly AppliedRewrite[] | undefined;
}

export interface WriteVerifiedOptions extends Pick<VerifyOptions, "tf" | "model" | "range" | "timeoutMs"> {
  out: string;
  /** The first one is written; all are verified, and must agree with it. */
  drafts: readonly [Draft, ...Draft[]];
  /** Bytes of weights that the file itself may hold, see `writeModel`. */
  mostInside?: number | undefined;
}

export interface VerifiedFile {
  path: string;
  /** Of the .onnx file alone, without weights beside it. */
  bytes: number;
  sha256: string;
  nodes: number;
  opset: number;
  /** The file of weights beside it, of models that no single file can hold; null where there is none. */
  data: string | null;
  /** What was rewritten because some runtime is known to compute it wrongly. */
  rewrites: readonly AppliedRewrite[];
  verification: { verdict: "pass"; because: string; inputs: string[] };
}

/**
 * Verifies drafts in a folder of their own beside the file, then puts the first one in its place. An older file stays where the new one is refused.
 *
 * @throws CongruentError `E_EXPORT_VERIFY` (exit 1) for a draft that does not compute what the model computes: the report is kept as
 * `OUT.parity.json`, which is named; of our checker `E_ONNX_*`; `E_WRITE`, `E_DISK_FULL`
 */
export async function writeVerified(options: WriteVerifiedOptions): Promise<VerifiedFile> {
  const { out, drafts, mostInside } = options;
  const report = `${out}.parity.json`;
  const folder = await draftFolder(out);
  try {
    const files = [];
    for (const draft of drafts) {
      const path = join(folder, draft.via, basename(out));
      files.push({ ...draft, path, ...(await writeModel(path, draft.model, { mostInside })) });
    }
    const [first, ...others] = files as [(typeof files)[number], ...typeof files];
    const beside = others.flatMap(({ path, via }) => otherFile(path, via));
    for (const file of others) await verified(file, report, options, []);
    const { because, reports } = await verified(first, report, options, beside);
    const data = first.data && `${out}.data`;
    await putInPlace(first.path, out, data);
    await rm(report, { force: true });
    return {
      path: out,
      bytes: first.bytes,
      sha256: first.sha256,
      nodes: first.model.graph?.node.length ?? 0,
      opset: modelOpset(first.model),
      data,
      rewrites: first.rewrites ?? [],
      verification: { verdict: "pass", because, inputs: reports.map(({ inputs }) => inputs.source) },
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Beside the file, so that it can be moved into its place. */
async function draftFolder(out: string): Promise<string> {
  try {
    return await mkdtemp(join(dirname(out), `.${basename(out)}.`));
  } catch (error) {
    throw writeError(out, error);
  }
}

async function verified(
  { path, via, check }: Pick<Draft, "via" | "check"> & { path: string },
  report: string,
  { out, tf, model, range, timeoutMs }: WriteVerifiedOptions,
  others: VerifyOptions["others"],
) {
  await check?.(path);
  const found = await verifyExport({ path, tf, model, range, timeoutMs, others }).catch((error: unknown) => {
    throw isRefusal(error) ? unusable(via, out, error) : error;
  });
  if (found.verdict === "pass") return found;
  const last = found.reports.at(-1) as ParityReport;
  await writeJson(report, namingFile(last, path, out));
  throw new CongruentError({
    code: "E_EXPORT_VERIFY",
    what: `the file that ${via} made of the model does not compute what the model computes (${found.verdict}): ${found.because}`,
    expected: "the numbers of tfjs, within the bounds of congruent parity",
    fix: `read the report (congruent report ${report}), and report the layer; ${out} was not written`,
    exit: 1,
  });
}

/** What says that a file is no ONNX model that can be run; a file that is too large to be looked at is another thing. */
function isRefusal(error: unknown): error is CongruentError {
  return (
    error instanceof CongruentError && error.code.startsWith("E_ONNX_") && error.code !== "E_ONNX_EXTERNAL"
  );
}

/** There is no report, as nothing was compared. */
function unusable(via: string, out: string, error: CongruentError): CongruentError {
  return new CongruentError({
    code: "E_EXPORT_VERIFY",
    what: `the file that ${via} made of the model is no ONNX file that can be used (${error.code}): ${error.what}`,
    expected: "a model that our checker and ONNX Runtime take",
    fix: `report the layer that is named; ${out} was not written`,
    exit: 1,
    cause: error,
  });
}

/** A report of a draft as one of the file that it would have been. */
function namingFile(report: ParityReport, draft: string, out: string): ParityReport {
  const inJson = (path: string) => JSON.stringify(path).slice(1, -1);
  return JSON.parse(JSON.stringify(report).replaceAll(inJson(draft), inJson(out))) as ParityReport;
}

/** Weights first: a file without them would be none. */
async function putInPlace(draft: string, out: string, data: string | null): Promise<void> {
  try {
    if (data !== null) await rename(`${draft}.data`, data);
    await rename(draft, out);
    await sync(dirname(out));
  } catch (error) {
    throw writeError(out, error);
  }
}
