/** Calls a program of python/: job.json in, answer.json out, its lines as progress. */
import { existsSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { CongruentError } from "@congruent/core";
import { readJson } from "@congruent/core/files";
import { runPython } from "@congruent/toolchain";
import { z } from "zod";

export interface PythonLimits {
  /** Milliseconds until it is ended. */
  timeoutMs?: number;
  /** Address space that a fit may take on top of its libraries' (Linux); what exceeds it is `E_FIT_MEMORY`. Default: no limit. */
  memoryBytes?: number;
  /** Ends it, with `E_INTERRUPTED`. */
  signal?: AbortSignal;
  /** Called with each line that says what is being done. */
  progress?: (line: string) => void;
}

/** An hour: libsvm takes minutes for 20,000 images, and some hours for all of MNIST. */
const TIMEOUT_MS = 3_600_000;

const refusals = {
  parameters: { code: "E_ESTIMATOR_PARAMETERS", fix: "correct the recipe's estimator" },
  data: { code: "E_FIT_DATA", fix: "correct the recipe's subset, or its estimator" },
  memory: {
    code: "E_FIT_MEMORY",
    fix: "take fewer images (the recipe's subset) or a machine with more memory",
  },
} as const;

/**
 * @param program such as `fit.py`
 * @param folder a folder of the caller's, for the job and its answer
 * @throws CongruentError `E_PYTHON_ENV` (exit 3) without the environment; `E_ESTIMATOR_PARAMETERS` and `E_FIT_DATA` with
 * scikit-learn's words; `E_FIT_MEMORY`; `E_PYTHON_TIMEOUT`; `E_INTERRUPTED`; `E_PYTHON_FAILED`.
 */
export async function askPython<T>(
  program: string,
  folder: string,
  job: Record<string, unknown>,
  answerSchema: z.ZodType<T>,
  { timeoutMs = TIMEOUT_MS, memoryBytes, signal, progress }: PythonLimits,
): Promise<T> {
  const [jobFile, answerFile] = [join(folder, "job.json"), join(folder, "answer.json")];
  await writeFile(jobFile, JSON.stringify({ ...job, memoryBytes: memoryBytes ?? null, answer: answerFile }));
  try {
    await runPython({
      environment: "baselines",
      args: [fileURLToPath(new URL(`../python/${program}`, import.meta.url)), jobFile],
      timeoutMs,
      ...(signal && { signal }),
      ...(progress && { onLine: progress }),
    });
  } catch (error) {
    // The system ends a process that takes all memory; so does nothing else that has not been asked here.
    const killed =
      error instanceof CongruentError && /signal SIGKILL|exit code 137|MemoryError/.test(error.what);
    if (killed && error.code === "E_PYTHON_FAILED")
      throw refused("memory", "it was ended because memory ran out", error);
    throw error;
  }
  if (!existsSync(answerFile)) throw refused("memory", "it ended without an answer");
  const kinds = z.enum(Object.keys(refusals) as (keyof typeof refusals)[]);
  const answer = await readJson(
    answerFile,
    z.union([
      z.object({ ok: answerSchema }),
      z.object({ refused: z.object({ kind: kinds, message: z.string() }) }),
    ]),
  );
  if ("ok" in answer) return answer.ok;
  throw refused(answer.refused.kind, answer.refused.message);
}

function refused(kind: keyof typeof refusals, message: string, cause?: unknown): CongruentError {
  return new CongruentError({ ...refusals[kind], what: `scikit-learn: ${message}`, cause });
}
