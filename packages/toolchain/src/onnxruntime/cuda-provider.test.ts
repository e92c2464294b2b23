import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { findPython } from "../python/find-python.js";
import { whyNotLoadable } from "../shared-library.js";
import { pythonWithout, refusal, syntheticLock, temporaryHome, withVariables } from "../testing.js";
import { provisionCuda } from "./cuda-provider.js";
import { inspectProvider, nodeCudaEnvironment } from "./cuda-state.js";

const silent = () => undefined;
const [shared, cuda] = ["libonnxruntime_providers_shared.so", "libonnxruntime_providers_cuda.so"];
let python: string;
let home: ReturnType<typeof temporaryHome>;
let restore: () => void;

beforeAll(async () => {
  python = (await findPython()).path;
});
beforeEach(() => {
  home = temporaryHome();
  restore = withVariables({ PYTHON: pythonWithout(home.path, python, ["ensurepip"]) });
});
afterEach(() => {
  restore();
  home.remove();
});

/** An onnxruntime-node of that version, and a lock of a wheel like onnxruntime-gpu 9.9.9. */
function pretend(version: string, files: string[]) {
  const directory = join(home.path, "onnxruntime-node");
  mkdirSync(directory);
  writeFileSync(join(directory, "libonnxruntime.so.1"), "");
  const contents = Object.fromEntries(
    files.map((file) => [`onnxruntime/capi/${file}`, `content of ${file}`]),
  );
  const wheel = { python, name: "onnxruntime_gpu", version: "9.9.9", files: contents };
  return { ort: { version, directory }, lock: syntheticLock(join(home.path, "wheels"), wheel) };
}

describe("provisionCuda", () => {
  it("puts the wheel's providers beside onnxruntime-node's library, once", async () => {
    const options = pretend("9.9.9", [shared, cuda]);
    expect(inspectProvider(options.ort)).toMatchObject({ found: false, fix: "npm run setup -- --cuda" });
    expect(await provisionCuda(silent, options)).toMatchObject({ outcome: "done" });
    expect(readFileSync(join(options.ort.directory, cuda), "utf8")).toBe(`content of ${cuda}`);
    expect(inspectProvider(options.ort)).toMatchObject({ found: true, version: "9.9.9" });
    expect(await provisionCuda(silent, options)).toMatchObject({ outcome: "up to date" });
  });

  it("refuses providers of another release, and puts nothing there", async () => {
    const options = pretend("9.9.8", [shared, cuda]);
    const error = await refusal(provisionCuda(silent, options));
    expect(error).toMatchObject({ code: "E_CUDA_PROVIDER_VERSION", exit: 3 });
    expect(error.what).toBe("onnxruntime-gpu 9.9.9 does not fit onnxruntime-node 9.9.8");
    expect(existsSync(join(options.ort.directory, shared))).toBe(false);
  });

  it("names a file that the wheel lacks", async () => {
    const error = await refusal(provisionCuda(silent, pretend("9.9.9", [shared])));
    expect(error).toMatchObject({ code: "E_CUDA_PROVIDER", exit: 3 });
    expect(error.what).toContain(cuda);
  });
});

describe("nodeCudaEnvironment", () => {
  it("names each part that is missing and what to type", async () => {
    const state = await nodeCudaEnvironment();
    if (state.available) throw new Error("an empty checkout cannot have the CUDA environment");
    expect(state.fix).toContain("npm run setup -- --cuda");
    if (whyNotLoadable("libcuda.so.1") !== null) expect(state.why).toContain("no NVIDIA driver");
  });
});
