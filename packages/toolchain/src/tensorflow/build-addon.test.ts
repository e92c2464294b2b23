/** @needs tensorflow */

import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ownScript, runProcess } from "@congruent/core/process";
import { timeLimits } from "@congruent/core/testing";
import { afterEach, beforeEach, describe, expect, it, jest } from "@jest/globals";
import { lockFile } from "../home.js";
import { environmentDirectory, stampPath } from "../python/environments.js";
import { setUpSteps } from "../set-up.js";
import { whyNotLoadable } from "../shared-library.js";
import { refusal, script, temporaryHome, withVariables } from "../testing.js";
import { isAddonCurrent, provisionAddon, settle } from "./build-addon.js";
import { findLibTensorFlow } from "./libtensorflow.js";
import { loadTensorFlow } from "./load-tensorflow.js";

jest.setTimeout(timeLimits.training);

const silent = () => undefined;

/** Files by the right names in the right places: enough for everything up to the compiler. */
function pretendTensorFlow(environment: "export" | "tensorflow" = "export"): void {
  const directory = environmentDirectory(environment);
  const site = join(directory, "lib", "python3.11", "site-packages");
  mkdirSync(join(site, "tensorflow"), { recursive: true });
  mkdirSync(join(site, "tensorflow_cpu-2.21.0.dist-info"));
  for (const file of ["libtensorflow_cc.so.2", "libtensorflow_framework.so.2"]) {
    writeFileSync(join(site, "tensorflow", file), "");
  }
  writeFileSync(stampPath(directory), JSON.stringify({ key: "", python: "3.11.2", packages: 1 }));
}

describe("provisionAddon", () => {
  let home: ReturnType<typeof temporaryHome>;
  let restore: () => void;
  beforeEach(() => {
    home = temporaryHome();
    restore = withVariables({ PATH: join(home.path, "bin"), PYTHON: undefined, CXX: undefined });
  });
  afterEach(() => {
    restore();
    home.remove();
  });

  it("names the missing library where TensorFlow is not set up", async () => {
    expect(await refusal(provisionAddon("cpu", silent))).toMatchObject({ code: "E_LIBTENSORFLOW", exit: 3 });
  });

  it("finds the library by its stamp, version and files", () => {
    pretendTensorFlow();
    expect(findLibTensorFlow("cpu")).toMatchObject({ version: "2.21.0", cudaFolders: [] });
  });

  it("takes the library of its own environment where tf2onnx's has it, too: a second set-up must not build the addon again", () => {
    pretendTensorFlow("tensorflow");
    const first = findLibTensorFlow("cpu");
    pretendTensorFlow();
    expect(findLibTensorFlow("cpu")).toEqual(first);
    expect(first).toMatchObject({ directory: expect.stringContaining(join(".venv", "tensorflow")) });
  });

  it("set-up leaves out the library where tf2onnx's environment has it, and both locks name the same wheel", async () => {
    pretendTensorFlow();
    const [step] = setUpSteps(["tensorflow"]);
    expect(await step?.run(silent)).toEqual({ outcome: "up to date", detail: "TensorFlow 2.21.0" });
    const [own, larger] = ["tensorflow", "export"].map((name) => readFileSync(lockFile(name), "utf8").trim());
    expect(own).toMatch(/^tensorflow-cpu==2\.21\.0 /);
    expect(larger).toContain(own);
  });

  it("says what to install where there is no compiler and zig is not available", async () => {
    pretendTensorFlow();
    const error = await refusal(provisionAddon("cpu", silent));
    expect(error).toMatchObject({ code: "E_ADDON_BUILD", exit: 3 });
    expect(error.what).toContain("zig c++: no Python on PATH");
    expect(error.fix).toContain("apt-get install g++");
  });

  it("quotes a compiler that fails, and leaves nothing behind", async () => {
    pretendTensorFlow();
    script(join(home.path, "bin", "g++"), "echo 'fatal error: cstring: No such file' >&2; exit 1");
    const error = await refusal(provisionAddon("cpu", silent));
    expect(error.what).toContain("g++: fatal error: cstring");
    expect(readdirSync(join(home.path, ".tools", "tfjs-addon"))).toEqual([]);
    expect(existsSync(environmentDirectory("compiler"))).toBe(false);
  });
});

describe("a compiled addon", () => {
  it("is current in this checkout, and is not where nothing was built from the present sources", async () => {
    expect(isAddonCurrent("cpu")).toBe(true);
    const home = temporaryHome();
    pretendTensorFlow();
    expect(isAddonCurrent("cpu")).toBe(false);
    home.remove();
  });

  it("keeps a result that another set-up has just placed, and replaces an invalid one", async () => {
    const { path, remove } = temporaryHome();
    const made = (name: string, file: string) => {
      mkdirSync(join(path, name));
      writeFileSync(join(path, name, file), name);
      return join(path, name);
    };
    const place = made("theirs", "tfjs_binding.node");
    await settle(made("ours", "tfjs_binding.node"), place);
    expect(readFileSync(join(place, "tfjs_binding.node"), "utf8")).toBe("theirs");
    const half = made("half", "something");
    await settle(join(path, "ours"), half);
    expect(readdirSync(half)).toEqual(["tfjs_binding.node"]);
    remove();
  });
});

describe("loadTensorFlow", () => {
  it("computes with the compiled addon", async () => {
    const smokeTest = ownScript(new URL("./smoke-test.js", import.meta.url));
    const result = await runProcess({
      command: process.execPath,
      args: [...smokeTest.execArgv, smokeTest.path, "cpu"],
      timeoutMs: 60_000,
    });
    expect(result).toMatchObject({ exitCode: 0 });
  });

  it("refuses a GPU that is not available, with the reason", async () => {
    // With a driver the refusal is about what is missing next: the CUDA build, which the tests do not set up.
    const reason =
      whyNotLoadable("libcuda.so.1") === null ? /CUDA build/ : /no NVIDIA driver: libcuda\.so\.1/;
    const error = await refusal(loadTensorFlow({ device: "gpu" }));
    expect(error).toMatchObject({ code: "E_GPU_UNAVAILABLE", exit: 3 });
    expect(error.what).toMatch(reason);
  });
});
