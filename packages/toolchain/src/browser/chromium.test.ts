/** @needs browser */

import { timeLimits } from "@congruent/core/testing";
import { describe, expect, it, jest } from "@jest/globals";
import { chromiumFlags } from "./chromium-flags.js";
import { describeBrowser } from "./describe-browser.test.suite.js";

jest.setTimeout(timeLimits.programs);

describeBrowser({
  name: "chromium",
  pageProcess: /--type=renderer/,
  mainProcess: /^(?!.*--type=).*--remote-debugging-pipe/,
  tellsGpuDriver: true,
});

describe("chromiumFlags", () => {
  it("asks for SwiftShader, for anything, or for no WebGPU", () => {
    expect(chromiumFlags("software")).toContain("--use-webgpu-adapter=swiftshader");
    expect(chromiumFlags("auto")).toContain("--enable-unsafe-webgpu");
    expect(chromiumFlags("off")).not.toContain("--enable-unsafe-webgpu");
  });

  it("leaves the sandbox on for everyone but root", () => {
    expect(chromiumFlags("off").includes("--no-sandbox")).toBe(process.getuid?.() === 0);
  });
});
