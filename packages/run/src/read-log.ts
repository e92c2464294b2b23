import { readFile } from "node:fs/promises";
import { CongruentError } from "@congruent/core";
import { checked } from "@congruent/core/files";
import { type EpochLog, epochLogSchema } from "@congruent/core/schemas";

/**
 * Reads a run's log.jsonl: one object for each epoch.
 *
 * @throws CongruentError `E_JSON` or `E_SCHEMA` naming the line that is wrong.
 * @example
 * ```ts no-run
 * (await readLog("runs/lenet/log.jsonl"))[0]?.epoch; // => 1
 * ```
 */
export async function readLog(path: string): Promise<EpochLog[]> {
  const lines = (await readFile(path, "utf8")).split("\n").filter((line) => line !== "");
  return lines.map((line, i) => {
    const place = `${path}:${i + 1}`;
    return checked(parsed(line, place), epochLogSchema, place);
  });
}

function parsed(line: string, place: string): unknown {
  try {
    return JSON.parse(line);
  } catch (error) {
    throw new CongruentError({
      code: "E_JSON",
      what: `${place} is not JSON`,
      fix: "train again",
      cause: error,
    });
  }
}
