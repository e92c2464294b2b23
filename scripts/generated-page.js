/** Pages of docs/ that a command writes, and that a test compares with what the command gives. */
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));

/** Writes a page, formatted; with `--check` compares instead, and ends with exit code 1 where the file differs. */
export function generatedPage(page, text) {
  const biome = join(root, "node_modules", "@biomejs", "biome", "bin", "biome");
  const formatted = execFileSync(process.execPath, [biome, "format", `--stdin-file-path=${page}`], {
    cwd: root,
    input: text,
    encoding: "utf8",
  });
  if (!process.argv.includes("--check")) writeFileSync(page, formatted);
  else if (readFileSync(page, "utf8") !== formatted) {
    const script = relative(root, process.argv[1]);
    console.error(
      `${relative(root, page)} is not what the command gives: npm run source ${script} writes it`,
    );
    process.exitCode = 1;
  }
}
