import { existsSync, readdirSync } from "node:fs";

/** Whether there is a GPU that a browser could use; taken for granted on macOS and Windows. */
export function hasGpu(): boolean {
  if (process.platform !== "linux") return true;
  if (existsSync("/dev/nvidia0")) return true;
  return existsSync("/dev/dri") && readdirSync("/dev/dri").some((entry) => entry.startsWith("renderD"));
}
