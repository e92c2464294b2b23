import { existsSync } from "node:fs";
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { homedir, tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { evaluationSchema, parityReportSchema } from "@congruent/core/schemas";
import { timeLimits } from "@congruent/core/testing";
import { afterAll, beforeAll, describe, expect, it, jest } from "@jest/globals";
import { execa } from "execa";

jest.setTimeout(timeLimits.programs);

/** The promise of the README, kept from nothing: an empty folder, an empty HOME, two commands. */

const home = fileURLToPath(new URL("../../../../", import.meta.url));
const MINUTE = 60_000;

let folder: string;
let clone: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "congruent-clone-"));
  clone = join(folder, "congruent");
  await mkdir(join(folder, "home"));
  // Only how the package clients reach their registries is taken along.
  for (const file of [".npmrc", ".config/pip", ".config/uv"]) {
    const from = join(homedir(), file);
    if (existsSync(from)) await cp(from, join(folder, "home", file), { recursive: true });
  }
  await execa("git", ["clone", "--quiet", home, clone]);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** This checkout's own tools are not there on a new machine. */
const bare = (process.env.PATH ?? "")
  .split(delimiter)
  .filter((entry) => !entry.startsWith(home) && !entry.includes("node_modules"))
  .join(delimiter);

const npm = (...args: string[]) => run("npm", args);

async function run(command: string, args: string[]) {
  const { ...env } = process.env;
  for (const name of Object.keys(env)) if (/^(NODE_OPTIONS$|CONGRUENT_)/.test(name)) delete env[name];
  const begin = performance.now();
  const { exitCode, stdout, stderr, all } = await execa(command, args, {
    cwd: clone,
    env: { ...env, PATH: bare, HOME: join(folder, "home"), CI: "true" },
    extendEnv: false,
    reject: false,
    all: true,
  });
  return { exitCode, stdout, stderr, all, seconds: (performance.now() - begin) / 1000 };
}

const inRun = (file: string) => join(clone, "models", "lenet", "runs", "pipeline", file);

describe("a fresh clone", () => {
  it(
    "npm test of one package installs no Python, looks for no browser and builds nothing",
    async () => {
      const { exitCode, stdout, all } = await npm("test", "--", "packages/onnx");
      expect({ exitCode, all }).toMatchObject({ exitCode: 0 });
      expect(stdout.trimEnd().split("\n").at(-1)).toMatch(/^\d+ passed, 0 failed$/);
      expect(all).not.toMatch(/Python|TensorFlow|browser/);
      for (const path of [".venv", "packages/core/dist", "apps/web/dist"]) {
        expect([path, existsSync(join(clone, path))]).toEqual([path, false]);
      }
    },
    10 * MINUTE,
  );

  it(
    "npm start sets everything up, trains LeNet to 0.985 and prints the report's path",
    async () => {
      const { exitCode, stdout, all } = await npm("start");
      expect({ exitCode, all }).toMatchObject({ exitCode: 0 });
      expect(stdout).toContain(join("models", "lenet", "runs", "pipeline", "report.html"));
      expect(existsSync(inRun("report.html"))).toBe(true);
      // TensorFlow's library comes from the package index; tf2onnx and TensorFlow in Python do not.
      expect(all).not.toMatch(/tf2onnx/);
      expect(existsSync(join(clone, ".venv", "export"))).toBe(false);
      const evaluation = evaluationSchema.parse(JSON.parse(await readFile(inRun("evaluation.json"), "utf8")));
      expect(evaluation.accuracy).toBeGreaterThanOrEqual(0.985);
      expect(evaluation.dataset.samples).toBe(10_000);
      const parity = parityReportSchema.parse(JSON.parse(await readFile(inRun("parity.json"), "utf8")));
      expect(parity.verdict).toBe("pass");
    },
    20 * MINUTE,
  );

  it(
    "the second npm start does nothing again",
    async () => {
      const { exitCode, stderr, seconds } = await npm("start");
      expect(exitCode).toBe(0);
      expect(stderr).toMatch(/FULL TURBO/);
      expect(seconds).toBeLessThan(15);
    },
    5 * MINUTE,
  );

  it(
    "congruent pipeline, called by itself, finds what set-up has installed",
    async () => {
      const { exitCode, stdout } = await run("npx", ["congruent", "pipeline", "--json"]);
      expect(exitCode).toBe(0);
      expect(JSON.parse(stdout)).toMatchObject({ ok: true, models: [{ name: "lenet" }] });
    },
    5 * MINUTE,
  );

  it(
    "a changed recipe trains that model again",
    async () => {
      const path = join(clone, "models", "lenet", "recipe.json");
      const recipe = JSON.parse(await readFile(path, "utf8"));
      await writeFile(path, JSON.stringify({ ...recipe, epochs: 6 }));
      const { exitCode } = await npm("start");
      expect(exitCode).toBe(0);
      const log = await readFile(inRun("log.jsonl"), "utf8");
      expect(log.trim().split("\n")).toHaveLength(6);
    },
    10 * MINUTE,
  );
});
