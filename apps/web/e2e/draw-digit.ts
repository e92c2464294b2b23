import type { Page } from "playwright-core";
import type { Strokes } from "./digits.js";

/** Draws with the mouse, which the page sees as pointer events, and waits for the answer to the last stroke. */
export async function drawDigit(page: Page, strokes: Strokes): Promise<void> {
  const pad = page.locator("canvas.pad");
  await pad.scrollIntoViewIfNeeded();
  const box = await pad.boundingBox();
  if (!box) throw new Error("the drawing area is not visible");
  for (const stroke of strokes) {
    for (const [index, { x, y }] of stroke.entries()) {
      await page.mouse.move(box.x + x * box.width, box.y + y * box.height, { steps: index === 0 ? 1 : 3 });
      if (index === 0) await page.mouse.down();
    }
    await page.mouse.up();
  }
  await page.locator(`.answer[data-state="answered"][data-strokes="${strokes.length}"]`).waitFor();
}
