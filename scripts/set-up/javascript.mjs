/** The first steps of set-up: the pinned pnpm, the JavaScript dependencies, the build. */
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
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { capture } from "./child.mjs";
import { Failure } from "./failure.mjs";

export const root = fileURLToPath(new URL("../../", import.meta.url)).replace(/[\\/]$/, "");

/** Options with which Node runs the packages' sources. */
export const FROM_SOURCE = [
  "--conditions=@congruent/source",
  "--require",
  join(root, "scripts", "source", "register.cjs"),
];

const LOWEST_NODE = [20, 19];

/** @throws Failure `E_NODE_VERSION`. */
export function checkNode(version = process.versions.node) {
  const [major, minor] = version.split(".").map(Number);
  if (major > LOWEST_NODE[0] || (major === LOWEST_NODE[0] && minor >= LOWEST_NODE[1])) return;
  throw new Failure({
    code: "E_NODE_VERSION",
    what: `this is Node ${version}`,
    expected: `Node ${LOWEST_NODE.join(".")} or newer`,
    fix: "install a current Node, then run the command again",
  });
}

/** `10.34.9` of package.json's `"packageManager": "pnpm@10.34.9"`. */
function pinnedPnpm() {
  const { packageManager } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  const match = /^pnpm@(\d+\.\d+\.\d+[^+]*)/.exec(packageManager ?? "");
  if (match) return match[1];
  throw new Failure({
    code: "E_PACKAGE_MANAGER",
    what: `package.json's packageManager is ${JSON.stringify(packageManager)}`,
    expected: "pnpm@MAJOR.MINOR.PATCH",
    fix: "restore the field",
  });
}

function pnpmFolder() {
  return join(root, ".tools", `pnpm-${pinnedPnpm()}`);
}

/** This process's variables, with the pinned pnpm and the project's own programs first on PATH. */
export function projectEnvironment(extra = {}) {
  const bins = [join(pnpmFolder(), "node_modules", ".bin"), join(root, "node_modules", ".bin")];
  const env = {
    ...process.env,
    PATH: [...bins, process.env.PATH ?? ""].join(delimiter),
    TURBO_TELEMETRY_DISABLED: "1",
    TURBO_NO_UPDATE_NOTIFIER: "1",
    // Native code reads some of these once, when it is loaded: they must be there from the start.
    ORT_DISABLE_TELEMETRY: "1",
    TF_CPP_MIN_LOG_LEVEL: process.env.TF_CPP_MIN_LOG_LEVEL ?? "2",
    ...extra,
  };
  // `npm --silent test` would silence pnpm too, and with it the reason of a failure.
  delete env.npm_config_loglevel;
  return env;
}

export async function providePnpm(progress) {
  const version = pinnedPnpm();
  const folder = pnpmFolder();
  if (existsSync(join(folder, "node_modules", "pnpm", "package.json")))
    return { outcome: "up to date", detail: version };
  progress("npm install pnpm");
  mkdirSync(join(root, ".tools"), { recursive: true });
  const temporary = mkdtempSync(join(root, ".tools", ".pnpm-"));
  try {
    const flags = ["--prefix", temporary, "--no-save", "--no-audit", "--no-fund", "--ignore-scripts"];
    const { code, output } = await capture("npm", ["install", ...flags, `pnpm@${version}`], {
      cwd: temporary,
    });
    if (code !== 0) {
      throw new Failure({
        code: "E_PNPM_INSTALL",
        what: `npm could not install pnpm ${version} (exit code ${code}):\n${tail(output)}`,
        fix: "check the network and npm's settings (npm config list), then run the command again",
      });
    }
    rmSync(folder, { recursive: true, force: true });
    renameSync(temporary, folder);
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
  return { outcome: "done", detail: version };
}

export async function installDependencies(progress) {
  const stamp = join(root, "node_modules", ".congruent-install");
  const key = dependencyKey();
  if (
    existsSync(join(root, "node_modules", ".modules.yaml")) &&
    existsSync(stamp) &&
    readFileSync(stamp, "utf8") === key
  ) {
    return { outcome: "up to date", detail: "" };
  }
  rmSync(stamp, { force: true });
  const flags = [
    "--frozen-lockfile",
    "--prefer-offline",
    "--reporter=append-only",
    "--config.confirmModulesPurge=false",
  ];
  const { code, output } = await capture("pnpm", ["install", ...flags], {
    cwd: root,
    env: projectEnvironment(),
    onLine: (line) => progress(line.replace(/^Progress: /, "")),
  });
  if (code !== 0) {
    const outdated = output.includes("ERR_PNPM_OUTDATED_LOCKFILE");
    throw new Failure({
      code: "E_DEPENDENCIES",
      what: `pnpm install failed (exit code ${code}):\n${tail(output)}`,
      fix: outdated
        ? "pnpm-lock.yaml does not fit the package.json files: run pnpm install and commit the lock"
        : "check the network, the disk and npm's settings (npm config list), then run the command again",
    });
  }
  writeFileSync(stamp, key);
  return { outcome: "done", detail: /\+\d+/.exec(output)?.[0].replace(/^\+(\d+)$/, "$1 packages") ?? "" };
}

/** Changes with the lock, any workspace package.json, pnpm's settings and Node's major version. */
function dependencyKey() {
  const hash = createHash("sha256").update(process.versions.node.split(".")[0]);
  const files = ["pnpm-lock.yaml", "pnpm-workspace.yaml", "package.json", ".npmrc"];
  for (const group of ["packages", "apps", "models", "examples"]) {
    if (!existsSync(join(root, group))) continue;
    for (const name of readdirSync(join(root, group)).sort()) files.push(join(group, name, "package.json"));
  }
  for (const file of files) {
    const path = join(root, file);
    if (existsSync(path)) hash.update(`\0${file}\0`).update(readFileSync(path));
  }
  return hash.digest("hex");
}

/** @param {string[]} filter turbo's options that say which packages. Default: all. */
export async function build(filter, progress) {
  const { code, output } = await capture(
    "turbo",
    ["run", "build", ...filter, "--output-logs=errors-only", "--ui=stream"],
    {
      cwd: root,
      env: projectEnvironment(),
      onLine: progress,
    },
  );
  if (code !== 0) {
    throw new Failure({
      code: "E_BUILD",
      what: `the build failed (exit code ${code}):\n${tail(output, 40)}`,
      fix: "correct what the lines above name, then run the command again",
    });
  }
  const [, cached, total] = /(\d+) cached, (\d+) total/.exec(output) ?? [];
  const detail = total === undefined ? "" : `${total} packages`;
  return { outcome: cached !== undefined && cached === total ? "up to date" : "done", detail };
}

function tail(text, lines = 15) {
  return text.trimEnd().split("\n").slice(-lines).join("\n").replace(/^/gm, "    ");
}
