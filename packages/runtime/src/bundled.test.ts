/**
 * An app that was bundled: what the package promises must not hang on an import that bundlers drop.
 */
import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { timeLimits } from "@congruent/core/testing";
import { tinyClassifier } from "@congruent/onnx/testing";
import { afterAll, beforeAll, describe, expect, it, jest } from "@jest/globals";

jest.setTimeout(timeLimits.programs);

const root = fileURLToPath(new URL("../../..", import.meta.url));
/** The web app's; its builds for servers respect `sideEffects`, as esbuild and webpack do. */
const vite = join(
  dirname(createRequire(join(root, "apps", "web", "package.json")).resolve("vite/package.json")),
  "bin",
  "vite.js",
);

const ENTRY = `
import { load } from "@congruent/runtime";
const before = process.env.ORT_DISABLE_TELEMETRY ?? null;
const model = await load("model.onnx");
const [answer] = await model.classify([Float32Array.of(255, 0, 0, 0)]);
await model.close();
console.log(JSON.stringify({ before, after: process.env.ORT_DISABLE_TELEMETRY, label: answer.label }));
`;

const CONFIG = `
export default {
  resolve: { conditions: ["@congruent/source"] },
  ssr: { noExternal: true, external: ["onnxruntime-node"], resolve: { conditions: ["@congruent/source"] } },
  build: { ssr: "entry.js", target: "es2023", outDir: "dist" },
};
`;

describe("a bundled app", () => {
  // Below the package, so that what the bundle leaves outside is found.
  let app: string;
  beforeAll(async () => {
    const cache = join(root, "packages", "runtime", "node_modules", ".cache");
    await mkdir(cache, { recursive: true });
    app = await mkdtemp(join(cache, "bundled-"));
    await writeFile(join(app, "package.json"), JSON.stringify({ type: "module" }));
    await writeFile(join(app, "entry.js"), ENTRY.replace("@congruent/runtime", "../../../src/index.ts"));
    await writeFile(join(app, "vite.config.js"), CONFIG);
    await writeFile(join(app, "model.onnx"), tinyClassifier().bytes);
    await run([vite, "build", "--logLevel", "warn"]);
  });
  afterAll(() => rm(app, { recursive: true }));

  async function run(parameters: string[], env: NodeJS.ProcessEnv = process.env): Promise<string> {
    const options = { cwd: app, env: { ...env, NODE_OPTIONS: "" } };
    return (await promisify(execFile)(process.execPath, parameters, options)).stdout;
  }

  it("sends no usage reports: the variable is set before the first session, and nothing is left in the home folder", async () => {
    const home = join(app, "home");
    await mkdir(home);
    const { ORT_DISABLE_TELEMETRY: _, XDG_CACHE_HOME: __, ...env } = process.env;
    const said = await run(["dist/entry.js"], { ...env, HOME: home, TMPDIR: home });
    expect(JSON.parse(said)).toEqual({ before: null, after: "1", label: "left" });
    expect(await readdir(home)).toEqual([]);
  });

  it("keeps what the user set", async () => {
    const said = await run(["dist/entry.js"], { ...process.env, ORT_DISABLE_TELEMETRY: "yes" });
    expect(JSON.parse(said)).toMatchObject({ before: "yes", after: "yes" });
  });
});
