/**
 * People choose another model while a check runs, or another runtime while a model is loaded. Whatever they do and whenever, the page
 * stays, shows no false verdict, and ends with what was chosen last.
 */
import { tensorBytes } from "@congruent/core";
import { expect } from "@jest/globals";
import type { Browser, Page } from "playwright-core";
import { bandGolden, bandModel, bandOverlay, bandPassport } from "./band-model.js";
import { DIGITS, generator } from "./digits.js";
import { drawDigit } from "./draw-digit.js";
import { withPage } from "./open-page.js";
import type { Overlay } from "./serve-app.js";

/** Two models that are right, and between them one whose passport holds other numbers: by hand, the verdict of each. */
const VERDICTS = { first: "pass", wrong: "fail", last: "pass" } as const;
const NAMES = Object.keys(VERDICTS) as (keyof typeof VERDICTS)[];

function overlayOfThree(): Overlay {
  const files: Record<string, Uint8Array | string | null> = {};
  const models: unknown[] = [];
  for (const name of NAMES) {
    const model = bandModel(name);
    const passport = bandPassport(model);
    passport.parity.cells.push({ runtime: "web-webgpu", browser: "chromium", status: "pass", samples: 4 });
    if (name === "wrong") {
      const { probabilities } = bandGolden().outputs;
      const bytes = new Uint8Array(tensorBytes(probabilities!));
      new DataView(bytes.buffer).setFloat32(0, 0.5, true);
      passport.golden.outputs.probabilities!.base64 = Buffer.from(bytes).toString("base64");
    }
    const served = bandOverlay(model, passport, name);
    models.push(...JSON.parse(served["/models/index.json"] as string).models);
    Object.assign(files, served);
  }
  return { ...files, "/models/index.json": JSON.stringify({ schema: "congruent/model-index@1", models }) };
}

/** One thing that a person does, and the pause before it. */
interface Step {
  pause: number;
  /** The `value` of an option or a radio button, or the text of a button. */
  choose: string;
}

/** Seeded: some steps follow at once, some within a session's opening, some during a run. */
function stepsOf(seed: number, choices: readonly string[]): Step[] {
  const random = generator(seed);
  return Array.from({ length: 2 + Math.floor(random() * 5) }, () => ({
    pause: Math.floor(random() < 0.3 ? 0 : random() < 0.6 ? random() * 30 : random() * 400),
    choose: choices[Math.floor(random() * choices.length)] as string,
  }));
}

/** Does the steps in the page itself, so that their times are not those of messages to the browser. */
function act(page: Page, steps: readonly Step[]): Promise<void> {
  return page.evaluate(`(async () => {
    for (const { pause, choose } of ${JSON.stringify(steps)}) {
      if (pause > 0) await new Promise((resolve) => setTimeout(resolve, pause));
      const option = document.querySelector(\`option[value="\${choose}"]\`);
      const radio = document.querySelector(\`input[value="\${choose}"]\`);
      if (option) {
        option.parentElement.value = choose;
        option.parentElement.dispatchEvent(new Event("change", { bubbles: true }));
      } else if (radio) radio.click();
      else [...document.querySelectorAll("button")].find(({ textContent }) => textContent === choose).click();
    }
  })()`);
}

/** Notes each change of what the page shows, from before its own scripts on. */
const WATCH = `
  window.sights = [];
  new MutationObserver(() => {
    const sight = JSON.stringify({
      chosen: document.querySelector("select")?.value ?? "",
      state: document.querySelector(".check")?.dataset.state ?? "",
      problem: document.querySelector('[role="alert"]')?.textContent ?? "",
      unavailable: document.querySelector(".cg-matrix")?.textContent.includes("unavailable") ?? false,
    });
    if (window.sights.at(-1) !== sight) window.sights.push(sight);
  }).observe(document, { subtree: true, childList: true, attributes: true, characterData: true });
`;

interface Sight {
  chosen: string;
  state: string;
  problem: string;
  unavailable: boolean;
}

async function sights(page: Page): Promise<Sight[]> {
  const noted = (await page.evaluate("window.sights.splice(0)")) as string[];
  return noted.map((sight) => JSON.parse(sight) as Sight);
}

interface Race {
  browser: Browser;
  /** Each is an interleaving. */
  seeds: readonly number[];
}

/** The parity page: no verdict but the chosen model's own, no runtime missing that is there, and the last choice at the end. */
export async function raceParityPage({ browser, seeds }: Race): Promise<void> {
  const overlay = overlayOfThree();
  await withPage({ browser, path: "/parity.html", overlay, before: WATCH }, async ({ page, faults }) => {
    page.setDefaultTimeout(40_000);
    const settled = async () => {
      await page.locator('.check:not([data-state="loading"]), .problem').first().waitFor();
      return (await page.locator(".cg-matrix tbody tr:first-child .cg-badge").allTextContents()).join();
    };
    const verdictOf = (name: keyof typeof VERDICTS) => (hasWebgpu ? VERDICTS[name] : "inconclusive");
    const undisturbed: Record<string, string> = {};
    let hasWebgpu = true;
    await page.locator("select").waitFor();
    for (const name of NAMES) {
      await act(page, [{ pause: 0, choose: name }]);
      undisturbed[name] = await settled();
      // A machine without an adapter is a property of the machine, for all models alike.
      expect(undisturbed[name]).toMatch(/^\w/);
      hasWebgpu &&= !undisturbed[name].includes("unavailable");
    }
    await sights(page);
    for (const seed of seeds) {
      // Opening ONNX Runtime for the first time is a race of its own.
      if (seed % 5 === 0) await page.reload({ waitUntil: "commit" });
      await page.locator("select").waitFor();
      const steps = stepsOf(seed, [...NAMES, "Run again"]);
      await act(page, steps);
      const rows = await settled();
      const chosen = (await page.locator("select").inputValue()) as keyof typeof VERDICTS;
      const choices = steps.filter(({ choose }) => choose !== "Run again");
      const found = {
        seed,
        chosen,
        verdict: await page.locator(".check").getAttribute("data-state"),
        rows,
        facts: await page.locator(".cg-facts dd").first().textContent(),
      };
      expect(found).toEqual({
        seed,
        chosen: choices.at(-1)?.choose ?? chosen,
        verdict: verdictOf(chosen),
        rows: undisturbed[chosen],
        facts: expect.stringMatching(new RegExp(`^${chosen},`)),
      });
      for (const sight of await sights(page)) {
        const { state } = sight;
        const allowed = ["", "loading", verdictOf(sight.chosen as keyof typeof VERDICTS)];
        expect([seed, sight, allowed.includes(state)]).toEqual([seed, sight, true]);
        expect([seed, sight]).toEqual([
          seed,
          { ...sight, problem: "", unavailable: !hasWebgpu && sight.unavailable },
        ]);
      }
    }
    expect(faults).toEqual([]);
  });
}

/** The draw page: models and runtimes, and the last choice of both answers. */
export async function raceDrawPage({ browser, seeds }: Race): Promise<void> {
  const overlay = overlayOfThree();
  await withPage({ browser, path: "/", overlay, before: WATCH }, async ({ page, faults }) => {
    page.setDefaultTimeout(40_000);
    for (const seed of seeds) {
      if (seed % 5 === 0) await page.reload({ waitUntil: "commit" });
      await page.locator('input[value="web-wasm"]:enabled').waitFor();
      const usable = (await page.evaluate(
        `[...document.querySelectorAll("input[name=runtime]:enabled")].map(({ value }) => value)`,
      )) as string[];
      // The model by name, then runtimes: choosing a model makes the sheet new.
      await act(page, stepsOf(seed, [...NAMES, ...usable, ...usable]));
      const [chosen, runtime] = [
        await page.locator("select").inputValue(),
        await page.locator("input[name=runtime]:checked").inputValue(),
      ];
      await page.locator('.answer:not([data-state="loading"]), .problem').first().waitFor();
      await drawDigit(page, DIGITS[1]!);
      const answer = page.locator(".answer");
      expect({
        seed,
        model: await answer.getAttribute("data-model"),
        runtime: await answer.getAttribute("data-runtime"),
        label: await page.locator(".result-label").textContent(),
      }).toEqual({
        seed,
        model: chosen,
        runtime,
        label: expect.stringMatching(new RegExp(`of ${chosen}$`)),
      });
      for (const sight of await sights(page)) expect([seed, sight.problem]).toEqual([seed, ""]);
      await page.getByRole("button", { name: "Clear" }).click();
    }
    expect(faults).toEqual([]);
  });
}
