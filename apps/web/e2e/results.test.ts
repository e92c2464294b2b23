import { existsSync, readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Results } from "@congruent/core";
import { launchBrowser } from "@congruent/toolchain";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import type { Browser, Page } from "playwright-core";
import { whySkipped, withPage } from "./open-page.js";

const skipped = whySkipped();
if (skipped) console.warn(`results page not tested in a browser: ${skipped}`);
const inBrowser = skipped ? describe.skip : describe;

/** The tracked results of all models: what the page must show. */
const models = fileURLToPath(new URL("../../../../models", import.meta.url));
const scored = readdirSync(models).filter((name) => existsSync(`${models}/${name}/results.json`));
const resultsOf = (name: string) =>
  JSON.parse(readFileSync(`${models}/${name}/results.json`, "utf8")) as Results;

/** All that is written in a figure, by its title. */
const written = (page: Page, title: string) =>
  page.locator(".live", { hasText: title }).locator("svg").textContent();

inBrowser("results page in a browser", () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchBrowser({ webgpu: "off" });
  });
  afterAll(() => browser?.close());

  it("shows every scored model with its accuracy, the best chosen", async () => {
    const best = scored
      .map((name) => ({ name, ...resultsOf(name).evaluation }))
      .sort((a, b) => b.accuracy - a.accuracy);
    await withPage({ browser, path: "/results.html" }, async ({ page, faults }) => {
      await page.locator(".live svg").first().waitFor();
      const text = (await written(page, "Accuracy with 95 % interval")) ?? "";
      for (const { name, accuracy } of best) {
        expect(text).toContain(name);
        expect(text).toContain(accuracy.toFixed(4));
      }
      await page.getByText("The same as a table").click();
      const rows = page.locator("table", { hasText: "Scored models" }).locator("tbody tr");
      expect(await rows.locator("th").allTextContents()).toEqual(best.map(({ name }) => name));
      expect(await page.getByRole("combobox", { name: "Model" }).inputValue()).toBe(best[0]?.name);
      expect(await page.evaluate("document.documentElement.scrollWidth - innerWidth")).toBe(0);
      expect(faults).toEqual([]);
    });
  });

  it("shows a model's confusions, counts or percent, and says under the pointer what a cell is", async () => {
    const { confusion, labels } = resultsOf("lenet").evaluation;
    await withPage({ browser, path: "/results.html?model=lenet" }, async ({ page, faults }) => {
      const figure = page.locator(".live", { hasText: "Confusion matrix" });
      await figure.locator("svg").waitFor();
      const cells = () =>
        figure.locator('svg text[style*="bold"], svg text[font-weight="bold"]').allTextContents();
      const counts = confusion.flat().filter((count) => count > 0);
      expect((await cells()).map(Number).sort((a, b) => a - b)).toEqual(counts.sort((a, b) => a - b));

      // The middle of the first cell.
      await figure.scrollIntoViewIfNeeded();
      await figure
        .locator("svg text", { hasText: new RegExp(`^${confusion[0]?.[0]}$`) })
        .hover({ force: true });
      const total = confusion[0]?.reduce((sum, count) => sum + count, 0);
      const said = `true ${labels[0]}, predicted ${labels[0]}: ${confusion[0]?.[0]} of ${total}`;
      await figure.locator("svg text", { hasText: said }).waitFor();

      await page.getByLabel("percent of each true class").check();
      const share = ((confusion[0]?.[0] ?? 0) / (total ?? 1)) * 100;
      expect(await cells()).toContain(share.toFixed(1));
      expect(faults).toEqual([]);
    });
  });

  it("lays the chosen trainings over each other", async () => {
    await withPage({ browser, path: "/results.html" }, async ({ page, faults }) => {
      const boxes = page.getByRole("group", { name: "models over each other" }).getByRole("checkbox");
      await boxes.first().waitFor();
      for (const box of await boxes.all()) await box.uncheck();
      await page.getByText("No model is chosen.").waitFor();
      await page.getByLabel("lenet", { exact: true }).check();
      await page.getByLabel("resnet", { exact: true }).check();
      await page.locator(".live svg", { hasText: "resnet, validation" }).first().waitFor();
      expect(await written(page, "Accuracy per epoch")).toContain("lenet, validation");
      expect(faults).toEqual([]);
    });
  });

  it("keeps the chosen model in the address", async () => {
    await withPage({ browser, path: "/results.html" }, async ({ page }) => {
      await page.getByRole("combobox", { name: "Model" }).selectOption("resnet");
      expect(new URL(page.url()).searchParams.get("model")).toBe("resnet");
      await page.reload();
      expect(await page.getByRole("combobox", { name: "Model" }).inputValue()).toBe("resnet");
    });
  });

  it("says so where nothing has been scored, and where the results cannot be read", async () => {
    const none = JSON.stringify({ schema: "congruent/results-index@1", models: [] });
    await withPage(
      { browser, path: "/results.html", overlay: { "/results/index.json": none } },
      async ({ page }) => {
        await page.getByText("No model has been promoted yet").waitFor();
      },
    );
    for (const [served, code] of [
      [null, "E_FETCH"],
      ["{", "E_JSON"],
      ["{}", "E_SCHEMA"],
    ] as const) {
      await withPage(
        { browser, path: "/results.html", overlay: { "/results/index.json": served } },
        async ({ page }) => {
          await page.getByRole("alert").filter({ hasText: code }).waitFor();
        },
      );
    }
  });

  it("shows the rest where one model's results are missing", async () => {
    await withPage(
      { browser, path: "/results.html?model=lenet", overlay: { "/results/lenet.json": null } },
      async ({ page }) => {
        await page.getByRole("alert").filter({ hasText: "E_FETCH" }).waitFor();
        expect(await written(page, "Accuracy with 95 % interval")).toContain("lenet");
      },
    );
  });
});
