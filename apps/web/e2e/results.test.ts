/** @needs browser web */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { type Results, resultsSchema } from "@congruent/core/schemas";
import { describeIf, timeLimits } from "@congruent/core/testing";
import { launchChromium } from "@congruent/toolchain";
import { afterAll, beforeAll, describe, expect, it, jest } from "@jest/globals";
import type { Browser, Page } from "playwright-core";
import { CONFUSION, LABELS, madeResults, resultsOverlay } from "./made-results.js";
import { whySkipped, withPage } from "./open-page.js";

jest.setTimeout(timeLimits.programs);

const skipped = whySkipped();
const inBrowser = describeIf(skipped === null, skipped ?? "");

/** The tracked results of all models. */
const models = fileURLToPath(new URL("../../../models", import.meta.url));
const tracked = readdirSync(models)
  .filter((name) => existsSync(`${models}/${name}/results.json`))
  .map((name) => ({ name, ...read(name).evaluation }))
  .sort((a, b) => b.accuracy - a.accuracy);

function read(name: string): Results {
  return JSON.parse(readFileSync(`${models}/${name}/results.json`, "utf8")) as Results;
}

const two = [
  { name: "alpha", accuracy: 0.95 },
  { name: "beta", accuracy: 0.9 },
];
const figure = (page: Page, title: string) => page.locator("figure.live", { hasText: title });
const texts = (page: Page, title: string) => figure(page, title).locator("svg text").allTextContents();
const section = (page: Page, name: string) => page.getByRole("region", { name, exact: true });
const modelChoice = (page: Page) => page.getByRole("combobox", { name: "Model" });

describe("made-up results", () => {
  it("are such as training writes", () => {
    expect(resultsSchema.parse(madeResults("alpha"))).toEqual(madeResults("alpha"));
  });
});

inBrowser("results page in a browser", () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchChromium({ webgpu: "off" });
  });
  afterAll(() => browser?.close());

  it("shows every tracked model with its accuracy, and the best one more closely", async () => {
    await withPage({ browser, path: "/results.html" }, async ({ page, faults }) => {
      await figure(page, "Accuracy with 95 % interval").locator("svg").waitFor();
      const written = await texts(page, "Accuracy with 95 % interval");
      expect(written).toEqual(expect.arrayContaining(tracked.map(({ name }) => name)));
      expect(written).toEqual(expect.arrayContaining(tracked.map(({ accuracy }) => accuracy.toFixed(4))));
      await page.getByText("The same as a table").first().click();
      const rows = page.locator("table", { hasText: "Models scored on" }).locator("tbody tr");
      expect(await rows.locator("th").allTextContents()).toEqual(tracked.map(({ name }) => name));
      expect(await modelChoice(page).inputValue()).toBe(tracked[0]?.name);
      expect(await page.evaluate("document.documentElement.scrollWidth - innerWidth")).toBe(0);
      expect(faults).toEqual([]);
    });
  });

  it("shows a model's confusions, counts or percent, and says under the pointer what a cell is", async () => {
    const overlay = resultsOverlay(two);
    await withPage({ browser, path: "/results.html", overlay }, async ({ page, faults }) => {
      const matrix = figure(page, "Confusion matrix");
      await matrix.locator("svg").waitFor();
      const numbers = (await texts(page, "Confusion matrix"))
        .filter((text) => /^\d+$/.test(text))
        .map(Number);
      expect(numbers.sort((a, b) => a - b)).toEqual(CONFUSION.flat().sort((a, b) => a - b));

      await matrix.locator("svg text").filter({ hasText: /^7$/ }).hover({ force: true });
      // A label is text, whatever it looks like.
      const said = `true ${LABELS[1]}, predicted ${LABELS[2]}: 7 of 100`;
      await matrix.locator("svg text").filter({ hasText: said }).waitFor();
      await page.getByLabel("percent of each true class").check();
      await matrix.locator("svg text").filter({ hasText: "95.0" }).waitFor();

      await section(page, "One model").getByText("The same as tables").click();
      const table = page.locator("table", { hasText: "a row per true class" }).locator("tbody tr").first();
      expect(await table.locator("td").allTextContents()).toEqual(["95", "4", "1"]);
      expect(faults).toEqual([]);
    });
  });

  it("takes a series out by the legend, also over another color scheme", async () => {
    const overlay = resultsOverlay(two);
    await withPage({ browser, path: "/results.html", overlay }, async ({ page, faults }) => {
      const svg = figure(page, "Accuracy against file size").locator("svg");
      await svg.waitFor();
      // A line with two caps. The point and the legend's mark are drawn in another shade while the pointer is on either.
      const whisker = (color: string) => svg.locator(`[stroke="${color}"]`).count();
      const points = () => svg.locator('path[transform^="matrix("]').count();
      const filled = (color: string) => svg.locator(`[fill="${color}"]`).count();
      const [light, dark] = ["#c25100", "#f0a03c"];
      expect(await whisker(light)).toBe(3);
      expect(await filled(light)).toBe(2);
      expect(await points()).toBe(2);
      await svg
        .locator("text")
        .filter({ hasText: /^beta$/ })
        .click({ force: true });
      await expectSoon(() => whisker(light), 0);
      await expectSoon(() => filled(light), 0);
      await expectSoon(points, 1);
      await page.emulateMedia({ colorScheme: "dark" });
      await expectSoon(() => svg.locator('text[fill="#e8eaf0"]').count(), 1);
      expect(await whisker(dark)).toBe(0);
      await expectSoon(() => filled(dark), 0);
      await svg
        .locator("text")
        .filter({ hasText: /^beta$/ })
        .click({ force: true });
      await expectSoon(() => whisker(dark), 3);
      await expectSoon(points, 2);
      expect(faults).toEqual([]);
    });
  });

  it("shows the chosen trainings in one figure, and says which are not available", async () => {
    const overlay = resultsOverlay([...two, { name: "gone", accuracy: 0.8, there: false }]);
    await withPage({ browser, path: "/results.html", overlay }, async ({ page }) => {
      const training = section(page, "Training");
      const boxes = training.getByRole("checkbox");
      await boxes.first().waitFor();
      for (const box of await boxes.all()) await box.uncheck();
      await training.getByText("No model is chosen.").waitFor();
      await training.getByLabel("gone").check();
      await training.getByRole("alert").filter({ hasText: "E_FETCH" }).waitFor();
      await training.getByLabel("alpha").check();
      await training.getByLabel("beta").check();
      await figure(page, "Loss per epoch")
        .locator("svg text")
        .filter({ hasText: "beta, validation" })
        .waitFor();
      expect(await texts(page, "Accuracy per epoch")).toEqual(
        expect.arrayContaining(["alpha, training", "alpha, validation", "beta, training"]),
      );
      await training.getByText("The same as a table").click();
      expect(await training.locator("tbody tr").count()).toBe(8);
    });
  });

  it("keeps the chosen model in the address, and says so if no model has that name", async () => {
    const overlay = resultsOverlay(two);
    await withPage({ browser, path: "/results.html?model=gamma", overlay }, async ({ page }) => {
      await page.getByText("There are no results of “gamma” here; alpha is shown.").waitFor();
      await modelChoice(page).selectOption("beta");
      expect(new URL(page.url()).searchParams.get("model")).toBe("beta");
      await page.reload();
      expect(await modelChoice(page).inputValue()).toBe("beta");
    });
  });

  it("compares models on the same images only", async () => {
    const overlay = resultsOverlay([...two, { name: "other", dataset: "wild", accuracy: 0.99 }]);
    await withPage({ browser, path: "/results.html", overlay }, async ({ page }) => {
      await section(page, "All models of wild").waitFor();
      const pets = section(page, "All models of pets").locator("figure.live").first().locator("svg text");
      await expectSoon(
        async () => (await pets.allTextContents()).filter((text) => text === "other").length,
        0,
      );
      expect(await pets.allTextContents()).toEqual(expect.arrayContaining(["alpha", "beta"]));
    });
  });

  it("says so where nothing has been scored, and where results cannot be read", async () => {
    const overlay = resultsOverlay([]);
    await withPage({ browser, path: "/results.html", overlay }, async ({ page }) => {
      await page.getByText("No model has been promoted yet").waitFor();
    });
    for (const [served, code] of [
      [null, "E_FETCH"],
      ["{", "E_JSON"],
      ["{}", "E_SCHEMA"],
    ] as const) {
      const broken = { ...resultsOverlay(two), "/results/index.json": served };
      await withPage({ browser, path: "/results.html", overlay: broken }, async ({ page }) => {
        await page.getByRole("alert").filter({ hasText: code }).waitFor();
      });
      const one = { ...resultsOverlay(two), "/results/alpha.json": served };
      await withPage({ browser, path: "/results.html", overlay: one }, async ({ page }) => {
        await section(page, "One model").getByRole("alert").filter({ hasText: code }).waitFor();
        expect(await texts(page, "Accuracy with 95 % interval")).toContain("alpha");
      });
    }
  });
});

/** Waits until a count is what it should be; the test's own time limit ends it. */
async function expectSoon(count: () => Promise<number>, expected: number): Promise<void> {
  let found = await count();
  for (let tries = 0; tries < 100 && found !== expected; tries++) {
    await new Promise((resolve) => setTimeout(resolve, 50));
    found = await count();
  }
  expect(found).toBe(expected);
}
