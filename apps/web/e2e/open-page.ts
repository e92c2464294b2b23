import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { findBrowser } from "@congruent/toolchain";
import type { Browser, Page } from "playwright-core";
import { type Overlay, serveApp } from "./serve-app.js";

/** The built app. */
export const APP = fileURLToPath(new URL("../dist", import.meta.url));

/**
 * Why these tests cannot run on this machine, or null. Where CI is set they run in any case, and fail: a check that
 * is skipped silently would look like one that passed.
 */
export function whySkipped(): string | null {
  const found = findBrowser("chromium");
  return "why" in found && !process.env.CI ? `${found.why}; ${found.fix}` : null;
}

export interface OpenPage {
  page: Page;
  origin: string;
  /** Errors in the page's console, uncaught ones included. */
  faults: string[];
}

export interface OpenPageOptions {
  browser: Browser;
  /** Address below the root. */
  path: string;
  overlay?: Overlay;
  touch?: boolean;
  /** Runs in the page before its own scripts. */
  before?: string;
  /** Set up before the page is opened, such as routes. */
  prepare?: (page: Page) => Promise<unknown>;
}

/** Serves the app, opens one of its pages, and puts everything away when `use` is done with it. */
export async function withPage(
  { browser, path, overlay = {}, touch = false, before, prepare }: OpenPageOptions,
  use: (open: OpenPage) => Promise<void>,
): Promise<void> {
  if (!existsSync(`${APP}/index.html`)) throw new Error("the web app is not built: npm run build");
  const server = await serveApp(APP, overlay);
  const context = await browser.newContext({ viewport: { width: 390, height: 844 }, hasTouch: touch });
  // Of each wait for the page: its WebGPU is a program on the CPU, which may be busy.
  context.setDefaultTimeout(150_000);
  try {
    const page = await context.newPage();
    const faults: string[] = [];
    page.on("console", (message) => {
      if (message.type() === "error") faults.push(message.text());
    });
    page.on("pageerror", (error) => faults.push(error.message));
    if (before) await page.addInitScript({ content: before });
    await prepare?.(page);
    await page.goto(`${server.origin}${path}`);
    await use({ page, origin: server.origin, faults });
  } finally {
    await context.close();
    await server.close();
  }
}
