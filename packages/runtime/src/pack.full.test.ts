/**
 * What the registry would hand out, installed by npm into an empty folder: whether others can use it.
 *
 * @needs build
 */

import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { timeLimits } from "@congruent/core/testing";
import { tinyClassifier } from "@congruent/onnx/testing";
import { afterAll, beforeAll, describe, expect, it, jest } from "@jest/globals";

jest.setTimeout(timeLimits.programs);

const root = fileURLToPath(new URL("../../..", import.meta.url));
const PACKAGES = ["core", "onnx", "runtime"] as const;

/** Output of a program; a failure's error carries what the program wrote. */
async function run(cwd: string, program: string, ...args: string[]): Promise<string> {
  const options = { cwd, env: { ...process.env, NODE_OPTIONS: "" }, maxBuffer: 2 ** 24 };
  return promisify(execFile)(program, args, options).then(
    ({ stdout }) => stdout.trim(),
    (error) => {
      throw new Error(`${program} ${args.join(" ")}\n${error.stdout}\n${error.stderr}`);
    },
  );
}

describe("the packed packages", () => {
  let app: string;
  beforeAll(async () => {
    app = await mkdtemp(join(tmpdir(), "installed-"));
    await writeFile(join(app, "package.json"), JSON.stringify({ name: "app", private: true }));
    await writeFile(join(app, "model.onnx"), tinyClassifier().bytes);
    for (const name of PACKAGES)
      await run(join(root, "packages", name), "pnpm", "pack", "--pack-destination", app);
    const tarballs = (await readdir(app)).filter((file) => file.endsWith(".tgz"));
    expect(tarballs).toHaveLength(PACKAGES.length);
    // onnxruntime-node's script would fetch its CUDA provider, which nothing here uses.
    const flags = ["--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline"];
    await run(app, "npm", "install", ...flags, ...tarballs.map((file) => `./${file}`));
  }, 300_000);
  afterAll(() => rm(app, { recursive: true }));

  const classify = `load("model.onnx").then(async (model) => {
    const [answer] = await model.classify([Float32Array.of(255, 0, 0, 0)]);
    console.log(model.runtime, answer.label);
    await model.close();
  });`;

  it("are imported by ES modules", async () => {
    await writeFile(join(app, "app.mjs"), `import { load } from "@congruent/runtime";\n${classify}`);
    expect(await run(app, process.execPath, "app.mjs")).toBe("node-cpu left");
  });

  it("are required by CommonJS", async () => {
    await writeFile(join(app, "app.cjs"), `const { load } = require("@congruent/runtime");\n${classify}`);
    expect(await run(app, process.execPath, "--no-warnings", "app.cjs")).toBe("node-cpu left");
  });

  it("give types to both, with every declaration file checked", async () => {
    const typed = `import {
        type Card, type Classification, CongruentError, load, type Model, type Passport, type Selection, type Tensor,
      } from "@congruent/runtime";
      export async function first(path: string, passport: Passport): Promise<Classification | undefined> {
        let chosen: Selection | null = null;
        const onSelect = (selection: Selection) => { chosen = selection; };
        const model: Model = await load(path, { runtime: "auto", passport, onSelect }).catch((error: unknown) => {
          throw error instanceof CongruentError ? new Error(error.code) : error;
        });
        const outputs: Record<string, Tensor> = await model.run({});
        const card: Card | null = model.card;
        console.log(chosen, outputs, card?.labels);
        return (await model.classify([new Float32Array(4)]))[0];
      }`;
    await writeFile(join(app, "typed.mts"), typed);
    await writeFile(join(app, "typed.cts"), typed);
    await writeFile(
      join(app, "wrong.mts"),
      `import { load } from "@congruent/runtime"; await load("m", { runtime: "gpu" });`,
    );
    const tsc = join(root, "node_modules", "typescript", "bin", "tsc");
    const check = (...files: string[]) =>
      run(
        app,
        process.execPath,
        tsc,
        ...["--noEmit", "--strict", "--ignoreConfig"],
        ...["--module", "nodenext", "--target", "es2023", "--lib", "es2023,dom", "--types", ""],
        ...files,
      );
    expect(await check("typed.mts", "typed.cts")).toBe("");
    await expect(check("wrong.mts")).rejects.toThrow(/"gpu"/);
  });

  it.each(PACKAGES)("%s: holds its license, no tests, and the sources that its maps name", async (name) => {
    const folder = join(app, "node_modules", "@congruent", name);
    const files = (await readdir(folder, { recursive: true })).map((file) => file.replaceAll("\\", "/"));
    expect(files).toContain("LICENSE");
    expect(files.filter((file) => file.includes(".test."))).toEqual([]);
    const maps = files.filter((file) => file.endsWith(".map"));
    expect(maps.length).toBeGreaterThan(0);
    for (const map of maps) {
      const { sources } = JSON.parse(await readFile(join(folder, map), "utf8")) as { sources: string[] };
      for (const source of sources) {
        expect([map, existsSync(join(dirname(join(folder, map)), source))]).toEqual([map, true]);
      }
    }
    const manifest = JSON.parse(await readFile(join(folder, "package.json"), "utf8"));
    expect(manifest).toMatchObject({ sideEffects: false, type: "module", license: "Apache-2.0" });
    expect(JSON.stringify(manifest.dependencies)).not.toMatch(/workspace:|catalog:/);
  });
});
