/**
 * A process that reads damaged models and ends with 0 when each was either a model or refused with a coded error.
 *
 *     node --max-old-space-size=512 fuzz-loader.js SEED COUNT
 *
 * Prints a line of JSON: how many were taken, how many refused by code, and the peak of its memory.
 */
import { readFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CongruentError } from "@congruent/core";
import fc from "fast-check";
import { checkModel } from "../check-model.js";
import { readModel } from "../files.js";
import { expose, indexGraph, innerValues, isolate, topologicalOrder, withNodeNames } from "../graph/index.js";
import { modelInterface } from "../interface.js";
import { encodeModel } from "../model.js";
import { damagedModels } from "./mutations.js";

const [seed, count] = process.argv.slice(2).map(Number) as [number, number];
const folder = await mkdtemp(join(tmpdir(), "congruent-fuzz-"));
const path = join(folder, "model.onnx");
const refused: Record<string, number> = {};
let taken = 0;

/** Everything that happens to a file before a runtime sees it. */
async function examine(bytes: Uint8Array): Promise<void> {
  await writeFile(path, bytes);
  const { model } = await readModel(path);
  checkModel(model, path);
  modelInterface(model);
  topologicalOrder(indexGraph(model));
  encodeModel(expose(withNodeNames(model), innerValues(model)));
  encodeModel(isolate(model).model);
}

try {
  const property = fc.asyncProperty(damagedModels, async (bytes) => {
    try {
      await examine(bytes);
      taken++;
    } catch (error) {
      if (!(error instanceof CongruentError) || error.exit !== 2) throw error;
      refused[error.code] = (refused[error.code] ?? 0) + 1;
    }
  });
  await fc.assert(property, { seed, numRuns: count });
} finally {
  await rm(folder, { recursive: true, force: true });
}

/**
 * The most memory that this process had resident, in KiB. On Linux `maxRSS` counts the process that started this one too, before the program was
 * replaced; the kernel's high-water mark does not.
 */
function peakKiB(): number {
  if (process.platform !== "linux") return process.resourceUsage().maxRSS;
  const [, mark] = /^VmHWM:\s*(\d+) kB$/m.exec(readFileSync("/proc/self/status", "utf8")) ?? [];
  return Number(mark);
}

console.log(JSON.stringify({ taken, refused, peakMiB: Math.round(peakKiB() / 1024) }));
