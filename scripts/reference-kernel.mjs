/**
 * Compiles packages/reference/wasm/multiply-block.ts, which is AssemblyScript, into packages/reference/src/generated/multiply-block.ts:
 *
 *   npm run source scripts/reference-kernel.mjs
 *
 * npx fetches the compiler, in the version named here. packages/reference/src/multiply-block.test.ts tells when the result is older
 * than its source.
 */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const COMPILER = "assemblyscript@0.28.20";

const at = (path) => fileURLToPath(new URL(`../packages/reference/${path}`, import.meta.url));
const source = at("wasm/multiply-block.ts");
const folder = mkdtempSync(join(tmpdir(), "congruent-kernel-"));
const compiled = join(folder, "multiply-block.wasm");
const options = ["--enable", "simd", "--runtime", "stub", "--initialMemory", "13", "--noAssert", "-O3"];
try {
  execFileSync("npx", ["--yes", "--package", COMPILER, "asc", source, "-o", compiled, ...options], {
    stdio: "inherit",
    shell: process.platform === "win32",
  });
  const bytes = readFileSync(compiled);
  const hash = createHash("sha256").update(readFileSync(source)).digest("hex");
  writeFileSync(
    at("src/generated/multiply-block.ts"),
    `// Made by scripts/reference-kernel.mjs from wasm/multiply-block.ts with ${COMPILER}.

/** SHA-256 of the source. */
export const SOURCE = "${hash}";

/** The WebAssembly module in base64, ${bytes.length} bytes. */
export const MODULE =
${bytes
  .toString("base64")
  .match(/.{1,96}/g)
  .map((line) => `  "${line}"`)
  .join(" +\n")};
`,
  );
  console.log(`✔ ${bytes.length} bytes`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
