/** @needs browser */
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { fromBinary } from "@bufbuild/protobuf";
import { lockDirectory } from "@congruent/core/files";
import { runProcess } from "@congruent/core/process";
import type { Bisect } from "@congruent/core/schemas";
import { itIf, timeLimits } from "@congruent/core/testing";
import { decodeModel, TensorProtoSchema } from "@congruent/onnx";
import { fromProto, interpret } from "@congruent/reference";
import { findBrowser, launchChromium } from "@congruent/toolchain";
import { afterAll, beforeAll, describe, expect, it, jest } from "@jest/globals";
import { bisect } from "../bisect/bisect.js";
import { faultyRunner, scaled, soundRunner, testModels } from "../bisect/testing/index.js";
import { runInNode, runInPage } from "./run-repro.js";
import { type Venue, venueOf } from "./venue-of.js";
import { writeRepro } from "./write-repro.js";

jest.setTimeout(timeLimits.programs);

const browser = findBrowser("chromium");
// Where CI is set it runs in any case: a check that is silently left out would be taken for one that passed.
const inBrowser = itIf("path" in browser || Boolean(process.env.CI), "why" in browser ? browser.why : "");

const job = { layersDirectory: null, webApp: null, timeoutMs: 150_000 };
const cell = {
  runtime: "node-cpu" as const,
  browser: null,
  versions: { onnxruntime: "1.30.0" },
  adapter: null,
  driver: null,
};

describe("writeRepro", () => {
  let directory: string;
  const made = testModels.mlp();
  const runner = faultyRunner([{ output: "3_Tanh:0", fault: scaled(1.1) }]);
  let found: Bisect;
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), "repro-"));
    found = await bisect({ ...made, runner, job });
  });
  afterAll(() => rm(directory, { recursive: true }));

  it("writes one node with one sample, in the layout of the backend tests; and says that it does not fail where it does not", async () => {
    const folder = join(directory, "tanh");
    const repro = await writeRepro({ ...made, directory: folder, found, cell, runner, job });
    // The planted fault is not in ONNX Runtime itself, with which the script runs.
    expect(repro).toMatchObject({
      nodes: ["3_Tanh"],
      fails: false,
      said: expect.stringMatching(/onnxruntime-node 1\.\d+\.\d+, cpu: 3_Tanh:0 agrees/),
    });
    const read = async (name: string) =>
      fromProto(fromBinary(TensorProtoSchema, await readFile(join(folder, "test_data_set_0", name))));
    const model = decodeModel(await readFile(join(folder, "model.onnx")));
    const input = await read("input_0.pb");
    const output = await read("output_0.pb");
    expect([input.dims, output.dims]).toEqual([
      [1, 20],
      [1, 20],
    ]);
    const right = interpret(model, { "2_Gemm:0": input }).outputs.get("3_Tanh:0");
    expect(Float32Array.from(right?.data as Float64Array)).toEqual(
      Float32Array.from(output.data as Float64Array),
    );
    expect(await readFile(join(folder, "ISSUE.md"), "utf8")).toMatch(/does not fail/);
    const { dependencies } = JSON.parse(await readFile(join(folder, "package.json"), "utf8"));
    expect(dependencies).toEqual({ "onnxruntime-node": "1.30.0", "onnxruntime-web": "1.30.0" });
  });

  it("has a script that fails where the output differs", async () => {
    const folder = join(directory, "fails");
    // The runtime is right, so it is the expected output that is made wrong.
    await writeRepro({ ...made, directory: folder, found, cell, runner, job });
    const path = join(folder, "test_data_set_0", "output_0.pb");
    const bytes = await readFile(path);
    bytes[bytes.length - 1] = (bytes.at(-1) as number) ^ 0x80;
    await writeFile(path, bytes);
    const venue = venueOf({ runtime: "node-cpu", browser: null }) as Venue;
    expect(await runInNode(folder, venue, 150_000)).toMatchObject({
      fails: true,
      said: expect.stringContaining("DIFFERS"),
    });
    // An execution provider that this build does not have is no proof of anything.
    const other = await runProcess({
      command: process.execPath,
      args: ["repro.mjs", "nosuch"],
      cwd: folder,
      env: { ONNXRUNTIME_NODE: "file:///nowhere/onnxruntime.js" },
    });
    expect(other).toMatchObject({
      exitCode: 3,
      stderr: expect.stringMatching(/^nosuch is not there, so nothing was/),
    });
  });

  inBrowser("has a page that its own server gives onnxruntime-web to: no network is asked", async () => {
    const folder = join(directory, "page");
    await writeRepro({ ...made, directory: folder, found, cell, runner, job });
    const venue = venueOf({ runtime: "web-wasm", browser: "chromium" }) as Venue;
    expect(await runInPage(folder, venue, 150_000)).toEqual({
      fails: false,
      said: expect.stringMatching(
        /^onnxruntime-web 1\.\d+\.\d+, wasm: 3_Tanh:0 agrees\n {2}largest difference \S+, allowed/,
      ),
    });
    // From the disk no script can be loaded: the page says what to do instead of waiting for a network.
    const browser = await launchChromium({ webgpu: "off" });
    try {
      const page = await browser.newPage();
      const asked: string[] = [];
      page.on("request", (request) => asked.push(new URL(request.url()).protocol));
      await page.goto(pathToFileURL(join(folder, "repro.html")).href);
      await page.waitForSelector('body[data-state="unserved"]');
      expect(await page.locator("#unserved").textContent()).toMatch(
        /npm install --ignore-scripts\s+npm run page/,
      );
      expect(asked).toEqual(["file:"]);
    } finally {
      await browser.close();
    }
  });

  it("refuses what does not fail, and a folder with other files", async () => {
    const none = { ...found, isolated: null, cumulative: null };
    const nothing = writeRepro({ ...made, directory: join(directory, "a"), found: none, cell, runner, job });
    await expect(nothing).rejects.toMatchObject({ code: "E_REPRO", exit: 1 });
    const sound = writeRepro({
      ...made,
      directory: join(directory, "b"),
      found,
      cell,
      runner: soundRunner,
      job,
    });
    await expect(sound).rejects.toMatchObject({
      code: "E_REPRO",
      what: expect.stringContaining("3_Tanh"),
    });
    const taken = await mkdtemp(join(directory, "taken-"));
    await writeFile(join(taken, "thesis.txt"), "mine");
    const into = writeRepro({ ...made, directory: taken, found, cell, runner, job });
    await expect(into).rejects.toMatchObject({ code: "E_REPRO_FOLDER" });
    expect(await readdir(taken)).toEqual(["thesis.txt"]);
  });

  it("refuses a folder into which another process writes, and takes one that a killed process left", async () => {
    const folder = await mkdtemp(join(directory, "shared-"));
    const options = { ...made, directory: folder, found, cell, runner, job };
    const unlock = await lockDirectory(folder, { file: "repro.lock", code: "E_TEST", holder: "a test" });
    await expect(writeRepro(options)).rejects.toMatchObject({
      code: "E_REPRO_LOCKED",
      what: expect.stringContaining(String(process.pid)),
    });
    await unlock();
    expect(await readdir(folder)).toEqual([]);
    for (const left of [".model.onnx.0123456789ab.tmp", "repro.lock.0123456789ab.tmp", "model.onnx"])
      await writeFile(join(folder, left), "");
    await expect(writeRepro(options)).resolves.toMatchObject({ directory: folder });
  });
});
