/** @needs browser */
import { join } from "node:path";
import { itIf, timeLimits } from "@congruent/core/testing";
import { afterEach, beforeEach, describe, expect, it, jest } from "@jest/globals";
import { refusal, script, temporaryHome, withVariables } from "../testing.js";
import { findBrowser } from "./find-browser.js";
import { browserFlags, launchBrowser } from "./launch-browser.js";
import { provisionBrowser } from "./provision-browser.js";

jest.setTimeout(timeLimits.programs);

const silent = () => undefined;
const installed = findBrowser();

describe("a browser that is not there", () => {
  let home: ReturnType<typeof temporaryHome>;
  let restore: () => void;
  beforeEach(() => {
    home = temporaryHome();
    restore = withVariables({ PATH: "", CHROME_PATH: join(home.path, "no-such-browser") });
  });
  afterEach(() => {
    restore();
    home.remove();
  });

  it("is not replaced by another one when CHROME_PATH names it", () => {
    expect(findBrowser()).toMatchObject({ why: expect.stringContaining("CHROME_PATH names no program") });
  });

  it("does not make set-up fail: the outcome says what to do", async () => {
    const provision = await provisionBrowser(silent);
    expect(provision.outcome).toBe("unavailable");
    expect(provision.detail).toContain("correct CHROME_PATH");
  });

  it("makes a launch fail with exit code 3", async () => {
    expect(await refusal(launchBrowser({ webgpu: "off" }))).toMatchObject({ code: "E_NO_BROWSER", exit: 3 });
  });

  it("is told from one that is there and does not start", async () => {
    process.env.CHROME_PATH = script(
      join(home.path, "broken-browser"),
      "echo 'lacks libnss3.so' >&2; exit 127",
    );
    const error = await refusal(launchBrowser({ webgpu: "off" }));
    expect(error).toMatchObject({ code: "E_BROWSER_LAUNCH", exit: 3 });
    expect(error.what).toContain("lacks libnss3.so");
  });

  it("is found by name on PATH", () => {
    const path = script(join(home.path, "bin", "chromium"), "exit 0");
    process.env.PATH = join(home.path, "bin");
    delete process.env.CHROME_PATH;
    expect(findBrowser()).toEqual({ path });
  });
});

describe("browserFlags", () => {
  it("asks for SwiftShader, for anything, or for no WebGPU", () => {
    expect(browserFlags("software")).toContain("--use-webgpu-adapter=swiftshader");
    expect(browserFlags("auto")).toContain("--enable-unsafe-webgpu");
    expect(browserFlags("off")).not.toContain("--enable-unsafe-webgpu");
  });

  it("leaves the sandbox on for everyone but root", () => {
    expect(browserFlags("off").includes("--no-sandbox")).toBe(process.getuid?.() === 0);
  });
});

describe("launchBrowser", () => {
  // Set-up reports a missing browser as unavailable and goes on, and so do the tests.
  const withBrowser = itIf("path" in installed, "why" in installed ? installed.why : "");

  withBrowser("runs a page with a software WebGPU adapter", async () => {
    const browser = await launchBrowser({ webgpu: "software" });
    try {
      const page = await browser.newPage();
      // WebGPU is there only in a secure context, which a page of this address is.
      await page.route("http://localhost/**", (route) =>
        route.fulfill({ contentType: "text/html", body: "<p>" }),
      );
      await page.goto("http://localhost/");
      expect(await page.evaluate("navigator.gpu.requestAdapter().then((a) => a.info.architecture)")).toBe(
        "swiftshader",
      );
    } finally {
      await browser.close();
    }
  });
});
