/** @needs browser */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { BROWSERS } from "@congruent/core";
import { timeLimits } from "@congruent/core/testing";
import { afterEach, beforeEach, describe, expect, it, jest } from "@jest/globals";
import { type Need, needs, setUpSteps } from "../set-up.js";
import { refusal, script, temporaryHome, withVariables } from "../testing.js";
import { browserTool } from "./browser-tool.js";
import { findBrowser } from "./find-browser.js";
import { browserDefinitions } from "./index.js";
import { launchBrowser } from "./launch-browser.js";
import { provisionBrowser } from "./provision-browser.js";

jest.setTimeout(timeLimits.programs);

const silent = () => undefined;

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
    expect(findBrowser("chromium")).toMatchObject({
      why: expect.stringContaining("CHROME_PATH names no program"),
    });
  });

  it("does not make set-up fail: the outcome says what to do", async () => {
    const provision = await provisionBrowser("chromium", silent);
    expect(provision.outcome).toBe("unavailable");
    expect(provision.detail).toContain("correct CHROME_PATH");
  });

  it("makes a launch fail with exit code 3", async () => {
    expect(await refusal(launchBrowser("chromium", { webgpu: "off" }))).toMatchObject({
      code: "E_NO_BROWSER",
      exit: 3,
    });
  });

  it("is told from one that is there and does not start", async () => {
    process.env.CHROME_PATH = script(
      join(home.path, "broken-browser"),
      "echo 'lacks libnss3.so' >&2; exit 127",
    );
    const error = await refusal(launchBrowser("chromium", { webgpu: "off" }));
    expect(error).toMatchObject({ code: "E_BROWSER_LAUNCH", exit: 3 });
    expect(error.what).toContain("lacks libnss3.so");
  });

  it("is found by name on PATH", () => {
    const path = script(join(home.path, "bin", "chromium"), "exit 0");
    process.env.PATH = join(home.path, "bin");
    delete process.env.CHROME_PATH;
    expect(findBrowser("chromium")).toEqual({ path });
  });
});

describe.each(BROWSERS)("%s that is not there", (name) => {
  const { variable } = browserDefinitions[name];

  it("is told with what to do, by exit code 3", async () => {
    const restore = withVariables({ PATH: "", [variable]: "/nowhere/no-such-browser" });
    try {
      const found = findBrowser(name);
      expect(found).toMatchObject({
        why: expect.stringContaining(variable),
        fix: expect.stringContaining(variable),
      });
      const error = await refusal(launchBrowser(name, { webgpu: "off" }));
      expect(error).toMatchObject({ code: "E_NO_BROWSER", exit: 3 });
      expect(await provisionBrowser(name, silent)).toMatchObject({ outcome: "unavailable" });
    } finally {
      restore();
    }
  });

  it("is told from one that is there and does not start", async () => {
    const home = temporaryHome();
    const broken = script(join(home.path, "broken-browser"), "echo 'lacks libnss3.so' >&2; exit 127");
    const restore = withVariables({ [variable]: broken });
    try {
      const error = await refusal(launchBrowser(name, { webgpu: "off" }));
      expect(error).toMatchObject({
        code: "E_BROWSER_LAUNCH",
        exit: 3,
        fix: expect.stringContaining(variable),
      });
    } finally {
      restore();
      home.remove();
    }
  });

  it("is looked at by doctor", async () => {
    const restore = withVariables({ [variable]: "/nowhere/no-such-browser" });
    try {
      expect(await browserTool(name).inspect()).toMatchObject({
        found: false,
        fix: expect.stringMatching(/./),
      });
    } finally {
      restore();
    }
  });
});

it.each(BROWSERS)(
  "%s has a test of its own, a need in set-up, and a variable that turbo passes on",
  (name) => {
    const need = name === "chromium" ? "browser" : name;
    const turbo = JSON.parse(readFileSync(new URL("../../../../turbo.json", import.meta.url), "utf8"));
    expect(existsSync(new URL(`./${name}.test.ts`, import.meta.url))).toBe(true);
    expect(needs).toContain(need);
    expect(turbo.globalPassThroughEnv).toContain(browserDefinitions[name].variable);
  },
);

describe("set-up", () => {
  const titles = (needs: Need[]) => setUpSteps(needs).map(({ title }) => title);

  it("provides Chromium alone by default, every browser when asked, and none when told", () => {
    expect([titles(["browser"]), titles(["webkit", "firefox", "browser"]), titles([])]).toEqual([
      ["Chromium"],
      ["Chromium", "Firefox", "WebKit"],
      [],
    ]);
  });

  it("refuses a need that it does not know", () => {
    expect(() => setUpSteps(["firefx" as Need])).toThrow(/"firefx"/);
  });
});
