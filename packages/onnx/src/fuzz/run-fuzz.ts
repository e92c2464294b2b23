import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { ownScript } from "@congruent/core/process";

export interface FuzzResult {
  taken: number;
  refused: Record<string, number>;
  peakMiB: number;
}

/**
 * Runs the loader over damaged models in a process of its own.
 *
 * @throws what the process printed, when it crashed, threw anything but a coded error, or took longer than the limit
 */
export async function runFuzz(seed: number, count: number, timeoutMs: number): Promise<FuzzResult> {
  const { path, execArgv } = ownScript(new URL("./fuzz-loader.js", import.meta.url));
  const run = (models: number) =>
    promisify(execFile)(
      process.execPath,
      [...execArgv, "--max-old-space-size=512", path, String(seed), String(models)],
      { timeout: timeoutMs },
    );
  // The first run from source compiles, which takes more memory than what is measured.
  if (execArgv.length > 0) await run(0);
  const { stdout } = await run(count);
  return JSON.parse(stdout) as FuzzResult;
}
