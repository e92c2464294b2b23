import { onPath } from "../executables.js";
import { toolsDirectory } from "../home.js";
import { pythonEnvironment } from "../python/environments.js";
import { provisionEnvironment } from "../python/provision-environment.js";
import type { Progress } from "../tool.js";

export interface Compiler {
  name: string;
  command: string;
  args: readonly string[];
  env: Record<string, string>;
}

/** The compilers on PATH, in the order in which they are tried; `CXX` alone where that is set. */
export function installedCompilers(): Compiler[] {
  const names = process.env.CXX ? [process.env.CXX] : ["g++", "c++", "clang++"];
  const found: Compiler[] = [];
  for (const name of names) {
    const command = name.includes("/") ? name : onPath(name);
    if (command) found.push({ name, command, args: [], env: {} });
  }
  return found;
}

/** zig's C++ compiler, which brings its own headers and C++ library. @throws what making its environment throws. */
export async function zigCompiler(progress: Progress): Promise<Compiler> {
  await provisionEnvironment("compiler", progress);
  return {
    name: "zig c++",
    command: pythonEnvironment("compiler").python,
    args: ["-m", "ziglang", "c++"],
    env: { ZIG_GLOBAL_CACHE_DIR: toolsDirectory("zig-cache") },
  };
}
