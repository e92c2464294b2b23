/** Debian's package manager, used only where no question is needed: as root, without a terminal or in CI. */

import { howItEnded, runProcess } from "@congruent/core/process";
import { onPath } from "./executables.js";
import type { Progress } from "./tool.js";

/** `null` when `apt-get install` may be run by set-up itself, else the reason why not. */
export function whyNoApt(): string | null {
  if (process.platform !== "linux" || !onPath("apt-get")) return "apt-get is not there";
  if (process.getuid?.() !== 0) return "not root";
  if (process.stdin.isTTY && !process.env.CI)
    return "this is a terminal session: system packages are left to its user";
  return null;
}

/** Installs packages. @returns `null`, or why it failed. */
export async function aptInstall(packages: readonly string[], progress: Progress): Promise<string | null> {
  const commands = [
    ["update", "-qq"],
    ["install", "-y", "-qq", "--no-install-recommends", ...packages],
  ];
  for (const args of commands) {
    progress(`apt-get ${args.join(" ")}`);
    const result = await runProcess({
      command: "apt-get",
      args: ["-o", "DPkg::Lock::Timeout=120", ...args],
      env: { DEBIAN_FRONTEND: "noninteractive" },
      timeoutMs: 600_000,
      onLine: progress,
    });
    if (result.exitCode !== 0) {
      return `apt-get ${args[0]} ${howItEnded(result)}: ${result.all.trim().split("\n").slice(-3).join(" / ")}`;
    }
  }
  return null;
}
