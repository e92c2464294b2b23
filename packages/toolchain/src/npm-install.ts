import { runProcess, tailOf } from "@congruent/core/process";

/** Ten minutes, less what a shell may take: onnxruntime-node and tfjs-node alone are large. */
const TIMEOUT_MS = 540_000;

/**
 * Installs packages from npm's registry into a folder that has a package.json. Install scripts do not run: those of onnxruntime-node and
 * tfjs-node fetch from other hosts.
 *
 * @param packages such as `onnxruntime-node@1.27.0`
 * @returns null, or why npm did not install them, in its own words
 */
export async function npmInstall(folder: string, packages: readonly string[]): Promise<string | null> {
  const { exitCode, all, startError } = await runProcess({
    command: process.platform === "win32" ? "npm.cmd" : "npm",
    args: ["install", "--ignore-scripts", "--no-audit", "--no-fund", ...packages],
    cwd: folder,
    timeoutMs: TIMEOUT_MS,
  });
  return exitCode === 0 && startError === null ? null : (startError ?? tailOf(all));
}
