import { runProcess } from "@congruent/core/process";
import { findBrowser } from "../browser/find-browser.js";
import { absent, present, type Tool } from "../tool.js";

export const browser: Tool = {
  name: "browser",
  title: "browser (web-wasm, web-webgpu)",
  optional: true,
  async inspect() {
    const found = findBrowser();
    if ("why" in found) return absent(found.why, found.fix);
    // On Windows `--version` would open a window.
    if (process.platform === "win32") return present(null, found.path);
    const result = await runProcess({ command: found.path, args: ["--version"], timeoutMs: 20_000 });
    if (result.exitCode === 0) return present(result.stdout.trim(), found.path);
    return absent(
      `it does not run: ${result.startError ?? result.stderr.trim().split("\n").at(-1)}`,
      "install what it lacks, or choose another one with CHROME_PATH",
      found.path,
    );
  },
};
