import { describe, expect, it } from "@jest/globals";
import { decode } from "fast-png";
import { labelCounts } from "../figures/label-counts.js";
import { dark, light } from "../figures/theme.js";
import { studyFigures } from "../fixtures/figure-fixtures.js";
import { renderPng } from "./render-png.js";

const figure = labelCounts({ labels: ["0", "1"], counts: [5, 3] });

/** The first channel of the pixels inside a box, given as shares of width and height. */
function pixelsIn(
  png: Uint8Array,
  [left, top, right, bottom]: readonly [number, number, number, number],
): number[] {
  const { width, height, channels, data } = decode(png);
  const pixels: number[] = [];
  for (let y = Math.round(top * height); y < bottom * height; y++) {
    for (let x = Math.round(left * width); x < right * width; x++)
      pixels.push(data[(y * width + x) * channels] ?? 0);
  }
  return pixels;
}

describe("renderPng", () => {
  it("is as large as asked, opaque, in the theme's colors, the same each time", () => {
    const png = renderPng(figure, light);
    expect(Buffer.from(renderPng(figure, light)).equals(png)).toBe(true);
    const { width, height, data, channels } = decode(png);
    expect([width, height]).toEqual([figure.width * 2, figure.height * 2]);
    // #ffffff and #1a1d25, the surfaces of the themes.
    expect([...data.subarray(0, channels)].slice(0, 3)).toEqual([255, 255, 255]);
    expect([...decode(renderPng(figure, dark, { scale: 1 })).data.subarray(0, 3)]).toEqual([
      0x1a, 0x1d, 0x25,
    ]);
  });

  it("writes text with the font that it brings, whatever the machine has", () => {
    // The strip below the axis holds the labels alone: without a font it would be empty.
    const strip = pixelsIn(renderPng(figure, light), [0.2, 0.92, 0.9, 1]);
    expect(strip.filter((value) => value < 128).length).toBeGreaterThan(20);
  });

  it.each(Object.entries(studyFigures))("draws %s", (_, each) => {
    const { data } = decode(renderPng(each, light, { scale: 1 }));
    expect(new Set(data).size).toBeGreaterThan(20);
  });
});
