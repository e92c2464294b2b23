/** @needs browser web */
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describeIf, itIf, timeLimits } from "@congruent/core/testing";
import { launchChromium } from "@congruent/toolchain";
import { afterAll, beforeAll, expect, it, jest } from "@jest/globals";
import type { Browser } from "playwright-core";
import { bandModel, bandOverlay } from "./band-model.js";
import { DIGITS, seededDigit } from "./digits.js";
import { drawDigit } from "./draw-digit.js";
import { APP, whySkipped, withPage } from "./open-page.js";

jest.setTimeout(timeLimits.programs);

const skipped = whySkipped();
const inBrowser = describeIf(skipped === null, skipped ?? "");

const lenet = fileURLToPath(new URL("../../../models/lenet/model.onnx", import.meta.url));
const withLenet = itIf(existsSync(lenet), "models/lenet has not been promoted (npm start)");

inBrowser("draw page in a browser", () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchChromium({ webgpu: "off" });
  });
  afterAll(() => browser?.close());

  withLenet("LeNet answers seeded digits with their labels, without console errors", async () => {
    const index = readFileSync(`${APP}/models/index.json`, "utf8");
    expect(JSON.parse(index).models.map(({ name }: { name: string }) => name)).toContain("lenet");
    await withPage({ browser, path: "/index.html" }, async ({ page, faults }) => {
      for (const seed of [1, 7, 12, 18, 30]) {
        const { digit, strokes } = seededDigit(seed);
        await drawDigit(page, strokes);
        expect([seed, await page.locator(".result-label").textContent()]).toEqual([seed, String(digit)]);
        await page.getByRole("button", { name: "Clear" }).click();
      }
      expect(faults).toEqual([]);
    });
  });

  it("shows the model's own numbers: bars, picture, time, card", async () => {
    const overlay = bandOverlay(bandModel());
    await withPage({ browser, path: "/", overlay }, async ({ page, faults }) => {
      await drawDigit(page, DIGITS[4]!);
      const texts = await page.locator(".bar-value").allTextContents();
      const values = texts.map((text) => Number(text.replace(" %", "")));
      expect(values).toHaveLength(10);
      expect(values.reduce((sum, value) => sum + value, 0)).toBeCloseTo(100, 0);
      const winner = values.indexOf(Math.max(...values));
      const names = await page.locator(".bar-label").allTextContents();
      expect(await page.locator(".result-label").textContent()).toBe(names[winner]);
      expect(await page.locator(".timing").textContent()).toMatch(/Time per inference \d+\.\d ms/);

      // MNIST's digits stand in a box of 20 of 28 pixels, light on dark.
      const seen = (await page.evaluate(`(() => {
        const canvas = document.querySelector(".seen canvas");
        const { data } = canvas.getContext("2d").getImageData(0, 0, 28, 28);
        return Array.from({ length: 784 }, (_, i) => data[i * 4]);
      })()`)) as number[];
      const lit = seen.flatMap((value, i) => (value > 25 ? [i] : []));
      const rows = lit.map((i) => Math.floor(i / 28));
      expect(Math.max(...rows) - Math.min(...rows) + 1).toBeGreaterThanOrEqual(18);
      expect(Math.max(...rows) - Math.min(...rows) + 1).toBeLessThanOrEqual(20);
      expect(seen[0]).toBe(0);

      await page.getByText("About this model").click();
      const about = await page.locator(".about").textContent();
      expect(about).toContain("pixels float32 [batch, 28, 28, 1]");
      expect(about).toMatch(/SHA-256 [0-9a-f]{64}/);
      expect(faults).toEqual([]);
    });
  });

  it("undoes and clears with the keyboard alone", async () => {
    await withPage({ browser, path: "/", overlay: bandOverlay(bandModel()) }, async ({ page }) => {
      await drawDigit(page, DIGITS[4]!);
      await page.getByRole("button", { name: "Undo" }).focus();
      await page.keyboard.press("Enter");
      await page.locator('.answer[data-strokes="1"]').waitFor();
      await page.getByRole("button", { name: "Clear" }).focus();
      await page.keyboard.press("Space");
      await page.locator('.answer[data-state="empty"]').waitFor();
      expect(await page.locator(".result-text").textContent()).toBe("Draw a digit");
    });
  });

  it("a finger draws, and does not scroll the page", async () => {
    const overlay = bandOverlay(bandModel());
    await withPage({ browser, path: "/", overlay, touch: true }, async ({ page }) => {
      await page.locator('.answer[data-state="empty"]').waitFor();
      const box = (await page.locator("canvas.pad").boundingBox())!;
      const client = await page.context().newCDPSession(page);
      const touch = (type: "touchStart" | "touchMove" | "touchEnd", part?: number) =>
        client.send("Input.dispatchTouchEvent", {
          type,
          touchPoints: part === undefined ? [] : [{ x: box.x + box.width / 2, y: box.y + box.height * part }],
        });
      await touch("touchStart", 0.9);
      for (let step = 1; step <= 20; step++) await touch("touchMove", 0.9 - step * 0.04);
      await touch("touchEnd");
      await page.locator('.answer[data-strokes="1"]').waitFor();
      expect(await page.evaluate("scrollY")).toBe(0);
    });
  });

  it("says why WebGPU cannot be chosen", async () => {
    await withPage({ browser, path: "/", overlay: bandOverlay(bandModel()) }, async ({ page }) => {
      const reason = page.getByText(/WebGPU \(native EP\) is not available: /);
      await reason.waitFor();
      expect(await reason.textContent()).toMatch(/no WebGPU|no usable GPU/);
      expect(await page.locator('input[value="web-webgpu"]').isDisabled()).toBe(true);
    });
  });

  it("uses several threads where the browser has the cores", async () => {
    const before = `Object.defineProperty(navigator, "hardwareConcurrency", { get: () => 8 });`;
    const overlay = bandOverlay(bandModel());
    await withPage({ browser, path: "/", overlay, before }, async ({ page, faults }) => {
      await drawDigit(page, DIGITS[1]!);
      expect(page.workers().length).toBeGreaterThan(0);
      expect(faults).toEqual([]);
    });
  });

  it("says so when no model has been promoted", async () => {
    const overlay = { "/models/index.json": `{"schema":"congruent/model-index@1","models":[]}` };
    await withPage({ browser, path: "/", overlay }, async ({ page, faults }) => {
      await page.getByText("No model has been promoted yet").waitFor();
      expect(await page.locator("main").textContent()).toContain("npm start");
      expect(faults).toEqual([]);
    });
  });

  it.each([
    ["no ONNX file", new TextEncoder().encode("this is no ONNX file"), "E_ONNX_INVALID"],
    ["a truncated file", bandModel().subarray(0, 3000), "E_ONNX_INVALID"],
    ["a missing file", null, "E_MODEL_NOT_FOUND"],
  ])("shows the error's code and remedy for %s", async (_, file, code) => {
    const overlay = { ...bandOverlay(bandModel()), "/models/band/model.onnx": file };
    await withPage({ browser, path: "/", overlay }, async ({ page }) => {
      const problem = page.getByRole("alert");
      await problem.waitFor();
      expect(await problem.textContent()).toContain(code);
      expect(await problem.textContent()).toContain("What to do");
    });
  });

  it("never scrolls sideways, down to 360 pixels", async () => {
    await withPage({ browser, path: "/", overlay: bandOverlay(bandModel()) }, async ({ page }) => {
      await page.setViewportSize({ width: 360, height: 740 });
      await drawDigit(page, DIGITS[3]!);
      await page.getByText("About this model").click();
      expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(360);
    });
  });
});
