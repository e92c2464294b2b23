import { runProcess } from "@congruent/core/process";
import { setUpCommand } from "../home.js";
import { installedCompilers } from "../tensorflow/compilers.js";
import { absent, present, type Tool } from "../tool.js";

export const compiler: Tool = {
  name: "compiler",
  title: "C++ compiler",
  // Without one set-up fetches zig's.
  optional: true,
  async inspect() {
    for (const { command, args } of installedCompilers()) {
      const result = await runProcess({ command, args: [...args, "--version"], timeoutMs: 20_000 });
      if (result.exitCode === 0) return present(result.stdout.split("\n")[0]?.trim() ?? null, command);
    }
    return absent(
      "no g++, c++ or clang++ that runs",
      `nothing: ${setUpCommand()} then fetches zig's from PyPI`,
    );
  },
};
