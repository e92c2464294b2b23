/** @needs browser */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { writeFileAtomic } from "@congruent/core/files";
import { describeIf, timeLimits } from "@congruent/core/testing";
import { findBrowser, launchChromium } from "@congruent/toolchain";
import { expect, it, jest } from "@jest/globals";
import { modelReportFixture } from "../fixtures/model-report-fixture.js";
import { renderModelReport } from "./model-report.js";

jest.setTimeout(timeLimits.programs);

const found = findBrowser("chromium");
const inBrowser = describeIf("path" in found, "why" in found ? found.why : "");

inBrowser("the model report in a real browser", () => {
  it("opens from file:// without errors or requests, from phone to desktop, light, dark and printed", async () => {
    const folder = await mkdtemp(join(tmpdir(), "congruent-report-"));
    const browser = await launchChromium({ webgpu: "off" });
    try {
      const file = join(folder, "report.html");
      await writeFileAtomic(file, renderModelReport(modelReportFixture));
      for (const colorScheme of ["light", "dark"] as const) {
        for (const width of [360, 800, 1280]) {
          const context = await browser.newContext({ colorScheme, viewport: { width, height: 800 } });
          const page = await context.newPage();
          const said: string[] = [];
          page.on("console", (message) => said.push(message.text()));
          page.on("pageerror", (error) => said.push(error.message));
          page.on("request", (request) => said.push(request.url()));
          const address = pathToFileURL(file).href;
          await page.goto(address);
          expect(said.filter((each) => each !== address && !each.startsWith("data:"))).toEqual([]);
          const state = await page.evaluate<{ overflow: number; broken: number; schemes: boolean[] }>(`({
            overflow: document.documentElement.scrollWidth - window.innerWidth,
            broken: [...document.images].filter((image) => image.naturalWidth !== 28).length,
            schemes: ["light", "dark"].map((name) => document.querySelector(".cg-" + name).checkVisibility()),
          })`);
          expect(state).toEqual({
            overflow: 0,
            broken: 0,
            schemes: [colorScheme === "light", colorScheme === "dark"],
          });
          await page.emulateMedia({ media: "print", colorScheme });
          const printed = await page.evaluate<unknown>(`({
            light: document.querySelector(".cg-light").checkVisibility(),
            dark: document.querySelector(".cg-dark").checkVisibility(),
            recipe: document.querySelector("pre").checkVisibility({ contentVisibilityAuto: true }),
            background: getComputedStyle(document.body).color,
          })`);
          expect(printed).toEqual({ light: true, dark: false, recipe: true, background: "rgb(27, 31, 42)" });
          await context.close();
        }
      }
    } finally {
      await browser.close();
      await rm(folder, { recursive: true, force: true });
    }
  });
});
