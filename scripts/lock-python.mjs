/**
 * Resolves packages/toolchain/python/NAME.in into NAME.lock: every package that ends up installed, exact, with the
 * SHA-256 of each of its files, for Python 3.11 to 3.13.
 *
 *   node scripts/lock-python.mjs            all of them
 *   node scripts/lock-python.mjs export     one of them
 *
 * Two kinds of comments in a NAME.in have a meaning: `# without NAME…` leaves packages out of the lock, `# hash NAME SHA256` puts files of a
 * release into it in place of those that the index has.
 *
 * Needs Python with pip; the resolver (uv) is installed into a temporary folder.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
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

/** uv does not read pip's configuration: the index from pip's settings is passed on. */
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

/** What the remarks of a NAME.in ask for: packages to leave out, and the hashes of files by package. */
function remarks(name) {
  const lines = readFileSync(join(folder, `${name}.in`), "utf8").split("\n");
  const words = (remark) =>
    lines.filter((line) => line.startsWith(`# ${remark} `)).map((line) => line.split(/\s+/).slice(2));
  const hashes = new Map();
  for (const [of, hash] of words("hash")) hashes.set(of, [...(hashes.get(of) ?? []), hash]);
  return { without: words("without").flat(), hashes };
}

/** Replaces the hashes of one package in a lock. */
function putHashes(lock, of, hashes) {
  const entry = new RegExp(`^(${of}==[^\\\\\n]*\\\\\n)(?:    --hash=.*\n)+`, "m");
  if (!entry.test(lock)) throw new Error(`the lock has no ${of}`);
  return lock.replace(entry, `$1${hashes.map((hash) => `    --hash=sha256:${hash}`).join(" \\\n")}\n`);
}

const temporary = mkdtempSync(join(tmpdir(), "congruent-lock-"));
try {
  execFileSync(python, ["-m", "pip", "install", "--quiet", "--target", temporary, UV], { stdio: "inherit" });
  const index = pipIndex();
  for (const name of names) {
    const { without, hashes } = remarks(name);
    execFileSync(
      join(temporary, "bin", "uv"),
      [
        ...["pip", "compile", `${name}.in`, "--output-file", `${name}.lock`, "--upgrade", "--quiet"],
        ...["--universal", "--python-version", "3.11", "--generate-hashes"],
        ...["--no-header", "--no-annotate", "--no-emit-index-url"],
        ...without.flatMap((left) => ["--no-emit-package", left]),
      ],
      {
        cwd: folder,
        stdio: ["ignore", "ignore", "inherit"],
        env: { ...process.env, ...(index && { UV_DEFAULT_INDEX: index }) },
      },
    );
    const path = join(folder, `${name}.lock`);
    const lock = [...hashes].reduce(
      (text, [of, list]) => putHashes(text, of, list),
      readFileSync(path, "utf8"),
    );
    writeFileSync(path, lock);
    console.log(`✔ packages/toolchain/python/${name}.lock`);
  }
} finally {
  rmSync(temporary, { recursive: true, force: true });
}
