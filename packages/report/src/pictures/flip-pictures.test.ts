import { tensor } from "@congruent/core";
import { describe, expect, it } from "@jest/globals";
import { parityFixture } from "../fixtures/parity-fixture.js";
import { parseHtml } from "../fixtures/parse-html.js";
import { renderReport } from "../reports/render-report.js";
import { flipPictures } from "./flip-pictures.js";
import { pictureDataUrl } from "./picture.js";

/** 256 gray images of 1 x 2 pixels: image i is i and 255 - i. */
const pixels = Float32Array.from({ length: 512 }, (_, i) => (i % 2 === 0 ? i >> 1 : 255 - (i >> 1)));
const images = tensor("float32", pixels, [256, 1, 2, 1]);

describe("flipPictures", () => {
  it("draws the flipped samples, and no others", () => {
    const pictures = flipPictures(parityFixture, { pixels: images });
    expect([...pictures.keys()]).toEqual([115, 247]);
    expect(pictures.get(115)).toBe(pictureDataUrl({ data: Uint8Array.of(115, 140), dims: [1, 2, 1] }));
  });

  it("draws nothing where the inputs are no images in 0..255", () => {
    const scaled = tensor(
      "float32",
      pixels.map((value) => value / 255 - 0.5),
      [256, 1, 2, 1],
    );
    expect(flipPictures(parityFixture, { pixels: scaled }).size).toBe(0);
    expect(flipPictures(parityFixture, { pixels: images, mask: images }).size).toBe(0);
    expect(flipPictures(parityFixture, { x: tensor("float32", pixels, [256, 2]) }).size).toBe(0);
    expect(
      flipPictures(parityFixture, { x: tensor("float32", pixels.slice(0, 64), [32, 1, 2, 1]) }).size,
    ).toBe(0);
  });

  it("gives the page of a parity report its pictures and the names of the classes", () => {
    const labels = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"];
    const html = renderReport("parity", parityFixture, "html", {
      labels,
      pictures: flipPictures(parityFixture, { pixels: images }),
    });
    const shown = parseHtml(html).filter(({ name }) => name === "img");
    expect(shown.map(({ attributes }) => attributes.alt)).toEqual(["sample 115", "sample 247"]);
    expect(html).toContain("four → nine");
  });
});
