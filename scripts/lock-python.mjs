/**
 * Resolves packages/toolchain/python/NAME.in into NAME.lock: every package that ends up installed, exact, with the
 * SHA-256 of each of its files, for Python 3.11 to 3.13.
 *
 *   node scripts/lock-python.mjs            all of them
 *   node scripts/lock-python.mjs export     one of them
 *
 * Needs Python with pip; the resolver (uv) is installed into a temporary folder.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const UV = "uv==0.13.9";
const folder = fileURLToPath(new URL("../packages/toolchain/python/", import.meta.url));
const python = process.env.PYTHON ?? "python3";
const names = process.argv.slice(2);
if (names.length === 0) {
  for (const file of readdirSync(folder)) if (file.endsWith(".in")) names.push(file.slice(0, -".in".length));
}

/** uv does not read pip's configuration: the index that pip is told to use is handed on. */
function pipIndex() {
  try {
    return execFileSync(python, ["-m", "pip", "config", "get", "global.index-url"], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    }).trim();
  } catch (error) {
    // pip exits 1 when nothing is configured: the default index then.
    if (error.status === 1) return "";
    throw error;
  }
}

const temporary = mkdtempSync(join(tmpdir(), "congruent-lock-"));
try {
  execFileSync(python, ["-m", "pip", "install", "--quiet", "--target", temporary, UV], { stdio: "inherit" });
  const index = pipIndex();
  for (const name of names) {
    execFileSync(
      join(temporary, "bin", "uv"),
      [
        ...["pip", "compile", `${name}.in`, "--output-file", `${name}.lock`, "--upgrade", "--quiet"],
        ...["--universal", "--python-version", "3.11", "--generate-hashes"],
        ...["--no-header", "--no-annotate", "--no-emit-index-url"],
      ],
      {
        cwd: folder,
        stdio: ["ignore", "ignore", "inherit"],
        env: { ...process.env, ...(index && { UV_DEFAULT_INDEX: index }) },
      },
    );
    console.log(`✔ packages/toolchain/python/${name}.lock`);
  }
} finally {
  rmSync(temporary, { recursive: true, force: true });
}
