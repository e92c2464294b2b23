/** @needs build */

import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { BROWSER_RUNTIMES } from "@congruent/core";
import { timeLimits } from "@congruent/core/testing";
import { tinyClassifier } from "@congruent/onnx/testing";
import { describe, expect, it, jest } from "@jest/globals";

jest.setTimeout(timeLimits.programs);

const here = fileURLToPath(new URL(".", import.meta.url));
const model = `Buffer.from("${Buffer.from(tinyClassifier().bytes).toString("base64")}", "base64")`;

async function node(flags: string[], code: string): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, [...flags, "--eval", code], { cwd: here });
  return stdout.trim();
}

const classify = `load(${model}).then(async (model) => {
  const [answer] = await model.classify([Float32Array.of(255, 0, 0, 0)]);
  console.log(model.runtime, answer.label);
})`;

describe("the package", () => {
  it("is imported by ES modules", async () => {
    const code = `import { load } from "@congruent/runtime"; await ${classify}`;
    expect(await node(["--input-type=module"], code)).toBe("node-cpu left");
  });

  it("is required by CommonJS", async () => {
    const code = `const { load } = require("@congruent/runtime"); ${classify}`;
    expect(await node(["--input-type=commonjs", "--no-warnings"], code)).toBe("node-cpu left");
  });

  it("loads neither ONNX Runtime nor a library of schemas before a model is loaded", async () => {
    const hook = `import { writeSync } from "node:fs";
      export const load = (url, context, next) => (writeSync(1, url + "\\n"), next(url, context));`;
    const url = (code: string) => `data:text/javascript,${encodeURIComponent(code)}`;
    const register = url(`import { register } from "node:module"; register(${JSON.stringify(url(hook))});`);
    const said = await node(
      ["--import", register, "--input-type=module"],
      `await import("@congruent/runtime");`,
    );
    const files = said.split("\n");
    expect(files.filter((file) => /[\\/](core|runtime)[\\/]dist[\\/]/.test(file)).length).toBeGreaterThan(10);
    expect(files.filter((file) => /onnxruntime|[\\/]zod@|bufbuild|generated/.test(file))).toEqual([]);
  });

  it.each(["wasm", "webgpu"])(
    "has an entry point for %s alone, which is the whole package in Node",
    async (name) => {
      const code = `import { CongruentError, load } from "@congruent/runtime/${name}"; await ${classify}`;
      expect(await node(["--input-type=module"], code)).toBe("node-cpu left");
      const other = `import { load } from "@congruent/runtime/${name}";
      await load(${model}, { runtime: "web-jsep" }).catch((error) => console.log(error.code, error.fix));`;
      expect(await node(["--input-type=module", "--conditions=browser"], other)).toBe(
        `E_RUNTIME_UNAVAILABLE use one of web-${name}`,
      );
    },
  );

  it("takes the browser's side of the seam where a bundler asks for it", async () => {
    const code = `import { load } from "@congruent/runtime";
      await load(${model}, { runtime: "node-cpu" }).catch((error) => console.log(error.code, error.fix));`;
    expect(await node(["--input-type=module", "--conditions=browser"], code)).toBe(
      `E_RUNTIME_UNAVAILABLE use one of ${BROWSER_RUNTIMES.join(", ")}`,
    );
  });

  it.each([
    ["no https", "{ gpu: {} }", "WebGPU needs https or localhost"],
    ["no WebGPU", "{}", "this browser has no WebGPU"],
    [
      "no adapter",
      "{ gpu: { requestAdapter: async () => null } }",
      "this browser has WebGPU but finds no usable GPU",
    ],
    [
      "a driver that fails",
      "{ gpu: { requestAdapter: () => Promise.reject(new Error('lost')) } }",
      "this browser's WebGPU fails: lost",
    ],
    ["an adapter", "{ gpu: { requestAdapter: async () => ({}) } }", "undefined"],
  ])("tells why WebGPU cannot be used: %s", async (what, navigator, why) => {
    const code = `import { whyUnavailable } from "@congruent/runtime";
      Object.defineProperty(globalThis, "navigator", { value: ${navigator} });
      globalThis.isSecureContext = ${what !== "no https"};
      console.log((await whyUnavailable("web-webgpu"))?.why);`;
    expect(await node(["--input-type=module", "--conditions=browser"], code)).toBe(why);
  });
});
