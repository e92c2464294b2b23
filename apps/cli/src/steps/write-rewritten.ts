/** A rewritten model: written only when it holds what the first one does. */
import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { sha256, temporaryFolder, writeFileAtomic } from "@congruent/core/files";
import type { Rewritten } from "@congruent/core/schemas";
import type { ModelProto } from "@congruent/onnx";
import { inputOptions, type ParityInputOptions } from "../inputs/parity-inputs.js";

export interface Rewriting {
  verb: Rewritten["verb"];
  passes?: Rewritten["passes"];
  rewrites?: Rewritten["rewrites"];
  model: ModelProto;
}

/** Random inputs where nothing else is asked for: what is compared is two files, not how good they are. */
const INPUTS = "random";
/** Of the comparison, in milliseconds. */
const LIMIT = 600_000;

/**
 * Rewrites a file and writes the result under its name only after our checker, loading in ONNX Runtime and the comparison of both files on
 * the same inputs hold.
 */
export async function writeRewritten(
  path: string,
  out: string,
  options: ParityInputOptions,
  rewrite: (model: ModelProto) => Promise<Rewriting>,
): Promise<Rewritten> {
  const { encodeModel } = await import("@congruent/onnx");
  const { readModel } = await import("@congruent/onnx/files");
  const { allNodes } = await import("@congruent/passes");
  const { givenInputs, runAgainst } = await import("@congruent/parity");
  const first = await readModel(path);
  const { model, verb, passes = [], rewrites = [] } = await rewrite(first.model);
  const bytes = encodeModel(model);
  const given = { ...(await inputOptions(options)), inputs: options.inputs ?? INPUTS };
  const inputs = await givenInputs(first.model, { model: path, ...given });
  const folder = await temporaryFolder(verb);
  try {
    const againstPath = join(folder, "model.onnx");
    await writeFile(againstPath, bytes);
    const limits = { timeoutMs: LIMIT };
    const found = await runAgainst({ modelPath: path, againstPath, inputs, limits });
    const holds = found.verdict === "pass";
    if (holds) await writeFileAtomic(out, bytes);
    const file = (nodes: ModelProto) => ({ nodes: allNodes(nodes.graph!).length });
    return {
      schema: "congruent/rewritten@1",
      verb,
      model: { path, sha256: sha256(first.bytes), bytes: first.bytes.length, ...file(first.model) },
      out: { path: holds ? out : null, sha256: sha256(bytes), bytes: bytes.length, ...file(model) },
      passes,
      rewrites,
      parity: { ...found, against: { ...found.against, path: out } },
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
