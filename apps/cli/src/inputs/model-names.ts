import { existsSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { unknownName } from "@congruent/core";
import { readJson } from "@congruent/core/files";
import { z } from "zod";

export interface ModelChoice {
  /** Every model. */
  all?: boolean;
  /** Every model whose model.onnx is not there. */
  missing?: boolean;
}

/**
 * Folders of models/ that are packages: those asked for, else those whose package.json says `congruent.start`.
 *
 * @throws CongruentError `E_MODEL_NAME`
 */
export async function modelNames(
  models: string,
  asked: readonly string[],
  { all = false, missing = false }: ModelChoice,
): Promise<string[]> {
  const within = (name: string, file: string) => join(models, name, file);
  const entries = (await readdir(models)).sort();
  const known = entries.filter((name) => existsSync(within(name, "package.json")));
  const unknown = asked.find((name) => !known.includes(name));
  if (unknown !== undefined) {
    throw unknownName(unknown, known, { kind: `model in ${models}`, code: "E_MODEL_NAME" });
  }
  if (asked.length > 0) return [...asked];
  if (all) return known;
  if (missing) return known.filter((name) => !existsSync(within(name, "model.onnx")));
  const manifests = await Promise.all(known.map((name) => readJson(within(name, "package.json"), manifest)));
  return known.filter((_, i) => manifests[i]?.congruent.start);
}

const manifest = z.object({ congruent: z.object({ start: z.boolean() }).default({ start: false }) });
