import { CongruentError } from "@congruent/core";
import { describe, expect, it } from "@jest/globals";
import { machineLimit } from "./machine-limit.js";

const coded = (code: string, what: string) => new CongruentError({ code, what });

describe("machineLimit", () => {
  it.each([
    // As node-webgpu, web-webgpu and web-jsep say it.
    [
      "shader_helper.cc:416 GenerateSourceCode Program Transpose requires f16 but the device does not support it.",
    ],
    ["Error while parsing WGSL: extension 'shader-f16' is not allowed in the current environment"],
    ["'f16' type used without 'f16' extension enabled"],
    ["std::bad_alloc"],
    ["ENOSPC: no space left on device, write"],
    ["ENOTDIR: not a directory, mkdtemp '/dev/null/congruent-profile-XXXXXX'"],
    ["could not make a temporary folder in /dev/null: one of the folders in the path is a file"],
    ["RangeError: WebAssembly.Memory(): could not allocate memory"],
    ["Failed to allocate memory for requested buffer of size 4294967296"],
  ])("knows %p", (what) => {
    expect(machineLimit(coded("E_RUN", what))).not.toBeNull();
    expect(machineLimit(new Error(what))).not.toBeNull();
  });

  it("takes the user's own limit of memory for one, with its reason", () => {
    const error = coded("E_MEMORY", "it used 300 MiB of memory, more than 256 MiB");
    expect(machineLimit(error)?.why).toBe(error.what);
  });

  it.each([
    ["E_RUN", "Non-zero status code returned while running Conv node: index out of range"],
    ["E_CRASH", "the process was ended by SIGSEGV; it said: out of memory"],
    ["E_TIMEOUT", "no answer within 5 s; the page said: out of memory on the GPU"],
    ["E_ONNX_INVALID", "Could not find an implementation for Cast(13) to float16"],
  ])("takes %s %p for none", (code, what) => {
    expect(machineLimit(coded(code, what))).toBeNull();
  });
});
