import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { BROWSERS } from "../browsers.js";
import {
  BROWSER_RUNTIMES,
  NODE_ORT_RUNTIMES,
  RUNTIMES,
  runtimeDefinition,
  runtimeDefinitions,
} from "./index.js";
import { parseRuntimeId, RUNTIME_IDS, RUNTIMES_IN_BROWSERS, runtimeId } from "./runtime-id.js";

const SHARED = ["index", "runtime-definition", "runtime-id", "runtimes"];

describe("the definitions of runtimes", () => {
  it("are all files of this folder, each under its own name", () => {
    const files = readdirSync(fileURLToPath(new URL(".", import.meta.url)))
      .filter((file) => /\.(ts|js)$/.test(file) && !file.endsWith(".d.ts"))
      .map((file) => file.split(".")[0] as string)
      .filter((file) => !SHARED.includes(file));
    expect([...RUNTIMES].sort()).toEqual([...new Set(files)].sort());
  });

  it("begin with their platform's name where they are ONNX Runtime", () => {
    for (const { name, platform, ort } of runtimeDefinitions) {
      if (ort) expect(name.startsWith(platform === "node" ? "node-" : "web-")).toBe(true);
    }
    expect(NODE_ORT_RUNTIMES.every((name) => name.startsWith("node-"))).toBe(true);
    expect(BROWSER_RUNTIMES.every((name) => name.startsWith("web-"))).toBe(true);
  });

  it("name a counterpart on the other platform", () => {
    for (const { platform, ort } of runtimeDefinitions) {
      if (ort) expect(runtimeDefinition(ort.counterpart).platform).not.toBe(platform);
    }
  });

  it("have a file of onnxruntime-web where they run on a page, and only there", () => {
    for (const { platform, ort } of runtimeDefinitions) {
      if (ort) expect(ort.webBundle !== null).toBe(platform === "browser");
    }
  });
});

describe("a runtime in a browser", () => {
  it("is read back from its id", () => {
    fc.assert(
      fc.property(fc.constantFrom(...RUNTIMES_IN_BROWSERS), (each) => {
        expect(parseRuntimeId(runtimeId(each))).toEqual(each);
      }),
    );
  });

  it("is refused unless it is one of the list", () => {
    const names = fc.constantFrom(...RUNTIMES, ...BROWSERS, "");
    const made = fc.tuple(names, names).map(([name, browser]) => `${name}@${browser}`);
    fc.assert(
      fc.property(fc.oneof(fc.string(), made), (text) => {
        const id = text.replace(/@chromium$/, "");
        fc.pre(!(RUNTIME_IDS as readonly string[]).includes(id));
        expect(() => parseRuntimeId(text)).toThrow(/there is no runtime/);
      }),
    );
  });

  it.each([
    ["node-cpu@firefox", "node-cpu runs in no browser"],
    ["node-cpu@chromium", "node-cpu runs in no browser"],
    ["web-wasm@opera", 'there is no browser "opera"'],
    ["web-webgpu@webkit", "has no WebGPU"],
  ])("says why %s is none", (text, why) => {
    expect(() => parseRuntimeId(text)).toThrow(why);
  });
});
