import { fileURLToPath } from "node:url";
import { pythonEnvironment, pythonVariables } from "@congruent/toolchain";
import type { WorkerCommand } from "../worker.js";

/** A script of packages/bench/python. Default: in the environment of the peers. */
export function pythonWorker(
  script: string,
  jobFile: string,
  environment: "bench" | "export" = "bench",
): WorkerCommand {
  return {
    command: pythonEnvironment(environment).python,
    args: [fileURLToPath(new URL(`../../python/${script}`, import.meta.url)), jobFile],
    env: pythonVariables("bench"),
  };
}
