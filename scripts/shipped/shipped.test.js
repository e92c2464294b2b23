/**
 * What the registry would hand out: every published package, packed by pnpm, installed into an empty folder, and run from there. All other
 * tests run from source.
 *
 * @needs build
 */
import { execFile } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, it, jest } from "@jest/globals";
import { timeLimits } from "../../packages/core/src/testing.ts";
import { tinyClassifier } from "../../packages/onnx/src/testing.ts";
import { projectEnvironment } from "../set-up/javascript.mjs";

jest.setTimeout(timeLimits.programs);

const root = join(__dirname, "..", "..");
/** Subpaths that only this repository's tests import: their files are not in the package. */
const FOR_TESTS = new Set(["./testing", "./conformance"]);

let folder;
let packages;

/** Output of a program. A failure's error carries what the program wrote; `exit` accepts that exit code. */
async function run(program, args, { cwd = folder, exit = 0 } = {}) {
  // What makes this process run from source is not for them.
  const { NODE_OPTIONS: _, CONGRUENT_TEST_NEEDS: __, ...env } = projectEnvironment();
  const { code, stdout, stderr } = await promisify(execFile)(program, args, {
    cwd,
    env: { ...env, CONGRUENT_HOME: folder },
    maxBuffer: 2 ** 24,
  }).then(
    (done) => ({ code: 0, ...done }),
    (error) => error,
  );
  if (code !== exit) throw new Error(`${program} ${args.join(" ")} ended with ${code}\n${stdout}\n${stderr}`);
  return stdout.trim();
}

const node = (...args) => run(process.execPath, args);
const congruent = (...args) =>
  node(join("node_modules", "@congruent", "cli", "bin", "congruent.js"), ...args);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "congruent-shipped-"));
  const groups = await Promise.all(
    ["packages", "apps"].map(async (group) =>
      (await readdir(join(root, group))).map((name) => join(root, group, name)),
    ),
  );
  packages = groups.flat().map((directory) => ({
    directory,
    manifest: JSON.parse(readFileSync(join(directory, "package.json"), "utf8")),
  }));
  await mkdir(join(folder, "packed"));
  const filters = ["--filter", "./packages/*", "--filter", "./apps/*"];
  await run("pnpm", ["--recursive", ...filters, "pack", "--pack-destination", join(folder, "packed")], {
    cwd: root,
  });
  const tarballs = Object.fromEntries(
    packages.map(({ manifest: { name, version } }) => [
      name,
      `file:packed/${name.slice(1).replace("/", "-")}-${version}.tgz`,
    ]),
  );
  const app = { name: "app", private: true, type: "module", dependencies: tarballs };
  await writeFile(join(folder, "package.json"), JSON.stringify({ ...app, pnpm: { overrides: tarballs } }));
  // It is no part of this repository's workspace, wherever the temporary folder lies.
  await run("pnpm", ["install", "--ignore-workspace", "--ignore-scripts", "--prefer-offline"]);
  await writeFile(join(folder, "model.onnx"), tinyClassifier().bytes);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** `@congruent/core`, `@congruent/core/files` … of all packages that can be imported. */
function specifiers() {
  return packages.flatMap(({ manifest: { name, exports = {} } }) =>
    Object.keys(exports)
      .filter((path) => !FOR_TESTS.has(path) && !path.endsWith(".json"))
      .map((path) => `${name}${path.slice(1)}`),
  );
}

it("every package can be imported, by each of its subpaths", async () => {
  const names = specifiers();
  expect(names.length).toBeGreaterThan(20);
  const program = `
    for (const name of ${JSON.stringify(names)}) {
      const { length } = Object.keys(await import(name));
      const path = import.meta.resolve(name);
      console.log(JSON.stringify([name, length > 0, path.includes("/dist/") && !path.includes("/src/")]));
    }`;
  await writeFile(join(folder, "import.js"), program);
  const lines = (await node("import.js")).split("\n").map((line) => JSON.parse(line));
  expect(lines).toEqual(names.map((name) => [name, true, true]));
});

it("types resolve, and say no to what is wrong", async () => {
  const names = specifiers();
  const right = names.map((name, i) => `import * as m${i} from "${name}"; void m${i};`).join("\n");
  await writeFile(join(folder, "right.ts"), right);
  await writeFile(join(folder, "wrong.ts"), `import { load } from "@congruent/runtime"; await load(3);`);
  const tsc = join(root, "node_modules", "typescript", "bin", "tsc");
  const flags = ["--noEmit", "--strict", "--ignoreConfig", "--skipLibCheck", "--types", ""];
  const target = ["--module", "nodenext", "--target", "es2023", "--lib", "es2023,dom"];
  expect(await node(tsc, ...flags, ...target, "right.ts")).toBe("");
  await expect(node(tsc, ...flags, ...target, "wrong.ts")).rejects.toThrow(/wrong\.ts.*number/);
});

it("the command line says its version and its verbs", async () => {
  const { version } = JSON.parse(await readFile(join(root, "apps", "cli", "package.json"), "utf8"));
  expect(await congruent("--version")).toBe(version);
  expect(await congruent("--help")).toContain("parity");
});

it("node-cpu agrees with the reference, each in a child process of its own", async () => {
  const options = ["--runtimes", "reference,node-cpu", "--inputs", "random", "--json"];
  const report = JSON.parse(await congruent("parity", "model.onnx", ...options));
  const cells = report.cells.map(({ runtime, status }) => [runtime, status]);
  expect([report.verdict, cells]).toEqual([
    "pass",
    [
      ["reference", "pass"],
      ["node-cpu", "pass"],
    ],
  ]);
  // The children come from the package: it holds no sources that they could have been run from.
  expect(existsSync(join(folder, "node_modules", "@congruent", "parity", "src"))).toBe(false);
});

it("no package holds tests or build information", async () => {
  for (const { manifest } of packages) {
    const installed = join(folder, "node_modules", ...manifest.name.split("/"));
    const files = await readdir(installed, { recursive: true });
    const own = files.filter((file) => !file.includes("node_modules"));
    expect(own).toContain("package.json");
    expect([manifest.name, own.filter((file) => /\.test\.|\.tsbuildinfo$/.test(file))]).toEqual([
      manifest.name,
      [],
    ]);
  }
});
