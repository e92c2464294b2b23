import { readdir, stat } from "node:fs/promises";
import { CongruentError } from "@congruent/core";
import { whyOfFile } from "@congruent/core/files";

/**
 * The error of a folder that is not a finished run: `E_RUN_INCOMPLETE` with what it is instead.
 *
 * @param missing names of files that a finished run has
 * @param remedy where it is a run that was interrupted
 */
export async function incompleteRun(
  directory: string,
  missing: readonly string[],
  remedy: string,
): Promise<CongruentError> {
  const { what, fix } = await whatItIs(directory, missing, remedy);
  return new CongruentError({
    ...{ code: "E_RUN_INCOMPLETE", what, fix },
    expected: "a run directory as `congruent train` leaves it",
  });
}

const TRAIN = "check the path; `congruent train RECIPE --out DIR` makes one";

async function whatItIs(
  directory: string,
  missing: readonly string[],
  remedy: string,
): Promise<{ what: string; fix: string }> {
  const found = await stat(directory).catch((error: unknown) => error);
  if (found instanceof Error) return { what: `${directory} is no run: ${whyOfFile(found)}`, fix: TRAIN };
  const files = await readdir(directory).catch(() => null);
  if (!files) return { what: `${directory} is no run: it is a file`, fix: TRAIN };
  if (files.includes("model.json") && !files.includes("recipe.json")) {
    return {
      what: `${directory} is no run, but a tfjs model: model.json is in it`,
      fix: "load it with tf.loadLayersModel and give it to exportModel of @congruent/exporter",
    };
  }
  if (!files.includes("recipe.json"))
    return { what: `${directory} is no run: recipe.json is not in it`, fix: TRAIN };
  return { what: `${directory} is not a finished run: ${missing.join(", ")} missing`, fix: remedy };
}
