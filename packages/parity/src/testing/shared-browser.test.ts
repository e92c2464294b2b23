/** @needs browser */
import { afterAll, describe, expect, it } from "@jest/globals";
import { sharedBrowsers } from "./shared-browser.js";

const { launch, close } = sharedBrowsers();
afterAll(close);

describe("sharedBrowsers", () => {
  it("opens no page in a session that was closed, and leaves the browser to the next one", async () => {
    const first = await launch("chromium", { webgpu: "off" });
    await first.close();
    await expect(first.open("about:blank")).rejects.toThrow("closed");
    const second = await launch("chromium", { webgpu: "off" });
    const page = await second.open("about:blank");
    await expect(page.evaluate("1 + 1")).resolves.toBe(2);
    await second.close();
  });
});
