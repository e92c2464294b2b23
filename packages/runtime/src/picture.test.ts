import type { Card } from "@congruent/core/schemas";
import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { type Picture, pictureToPixels } from "./index.js";

const input: Card["input"] = {
  name: "pixels",
  height: 28,
  width: 28,
  channels: 1,
  range: [0, 255],
  foreground: "light",
};

/** A gray picture from a function of column and row. */
function gray(width: number, height: number, value: (x: number, y: number) => number): Picture {
  const data = Uint8Array.from({ length: width * height }, (_, i) => value(i % width, Math.floor(i / width)));
  return { data, width, height, channels: 1 };
}

function rgba(source: Picture, paint: (value: number) => [number, number, number, number]): Picture {
  return { ...source, data: Uint8ClampedArray.from([...source.data].flatMap(paint)), channels: 4 };
}

/** A bright bar on black: x0 <= x < x1, y0 <= y < y1. */
const bar = (width: number, height: number, [x0, y0, x1, y1]: [number, number, number, number]) =>
  gray(width, height, (x, y) => (x >= x0 && x < x1 && y >= y0 && y < y1 ? 255 : 0));

/** Bounding box of what is brighter than half, and the center of mass. */
function measure(pixels: Float32Array) {
  let [x0, y0, x1, y1, mass, mx, my] = [28, 28, -1, -1, 0, 0, 0];
  pixels.forEach((value, i) => {
    const [x, y] = [i % 28, Math.floor(i / 28)];
    mass += value;
    mx += value * x;
    my += value * y;
    if (value <= 127) return;
    [x0, y0, x1, y1] = [Math.min(x0, x), Math.min(y0, y), Math.max(x1, x), Math.max(y1, y)];
  });
  return { width: x1 - x0 + 1, height: y1 - y0 + 1, center: [mx / mass, my / mass] };
}

describe("pictureToPixels", () => {
  it("passes an exact gray picture of the right polarity unchanged, with either fit", () => {
    // A dark rim makes the polarity certain.
    const inner = fc.uint8Array({ minLength: 26 * 26, maxLength: 26 * 26 });
    fc.assert(
      fc.property(inner, fc.constantFrom("stretch" as const, "digit" as const), (values, fit) => {
        const picture = gray(28, 28, (x, y) =>
          x > 0 && y > 0 && x < 27 && y < 27 ? (values[(y - 1) * 26 + x - 1] as number) : 0,
        );
        expect(pictureToPixels(picture, input, { fit })).toEqual(Float32Array.from(picture.data));
      }),
    );
  });

  it("stays in the card's range, which classify asks for, whatever the picture", () => {
    const side = fc.integer({ min: 1, max: 40 });
    const channels = fc.constantFrom(1 as const, 3 as const, 4 as const);
    const range = fc.constantFrom<[number, number]>([0, 255], [-1, 1], [0, 1]);
    const fit = fc.constantFrom("stretch" as const, "digit" as const);
    fc.assert(
      fc.property(side, side, channels, range, fit, fc.nat(), (width, height, channels, range, fit, seed) => {
        // Mostly extremes: rounding leaves the range only there.
        const data = Uint8Array.from({ length: width * height * channels }, (_, i) =>
          (Math.imul(i + seed, 0x9e3779b1) >>> 16) % 3 === 0 ? 0 : 255,
        );
        const pixels = pictureToPixels({ data, width, height, channels }, { ...input, range }, { fit });
        expect(pixels.every((value) => value >= range[0] && value <= range[1])).toBe(true);
      }),
    );
  });

  it("turns dark strokes on a light ground over by default", () => {
    const light = bar(28, 28, [10, 4, 14, 24]);
    const dark = gray(28, 28, (x, y) => 255 - (light.data[y * 28 + x] as number));
    expect(pictureToPixels(dark, input)).toEqual(Float32Array.from(light.data));
    expect(pictureToPixels(dark, input, { invert: false })).toEqual(Float32Array.from(dark.data));
    expect(pictureToPixels(light, input, { invert: true })).toEqual(Float32Array.from(dark.data));
    expect(pictureToPixels(dark, { ...input, foreground: "dark" })).toEqual(Float32Array.from(dark.data));
    expect(pictureToPixels(light, { ...input, foreground: "dark" })).toEqual(Float32Array.from(dark.data));
    expect(pictureToPixels(dark, { ...input, foreground: "any" })).toEqual(Float32Array.from(dark.data));
  });

  it("shrinks by whole factors to the means of the blocks", () => {
    const large = gray(84, 56, (x, y) => (x > 3 && y > 3 && x < 80 && y < 50 ? (x * 7 + y * 13) % 256 : 0));
    const pixels = pictureToPixels(large, input);
    for (let y = 0; y < 28; y++) {
      for (let x = 0; x < 28; x++) {
        let sum = 0;
        for (let i = 0; i < 6; i++)
          sum += large.data[(y * 2 + (i % 2)) * 84 + x * 3 + Math.floor(i / 2)] as number;
        expect(pixels[y * 28 + x]).toBeCloseTo(sum / 6, 3);
      }
    }
  });

  it("keeps a constant constant at any size", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 90 }),
        fc.integer({ min: 1, max: 90 }),
        fc.nat(255),
        (w, h, value) => {
          const pixels = pictureToPixels(
            gray(w, h, () => value),
            input,
            { invert: false },
          );
          expect([...pixels].filter((pixel) => Math.abs(pixel - value) > 0.001)).toEqual([]);
        },
      ),
    );
  });

  it("makes colors gray with BT.601's weights, or keeps them where the model takes them", () => {
    const red: Picture = { data: Uint8Array.of(200, 100, 50), width: 1, height: 1, channels: 3 };
    const one = { ...input, height: 1, width: 1 };
    expect(pictureToPixels(red, one, { invert: false })[0]).toBeCloseTo(
      0.299 * 200 + 0.587 * 100 + 0.114 * 50,
      3,
    );
    expect([...pictureToPixels(red, { ...one, channels: 3 }, { invert: false })]).toEqual([200, 100, 50]);
  });

  it("maps to the card's range", () => {
    const one: Card["input"] = { ...input, height: 1, width: 1, range: [-1, 1] };
    expect(
      pictureToPixels(
        gray(1, 1, () => 255),
        one,
        { invert: false },
      )[0],
    ).toBe(1);
    expect(
      pictureToPixels(
        gray(1, 1, () => 0),
        one,
        { invert: false },
      )[0],
    ).toBe(-1);
  });

  it.each<[string, (value: number) => [number, number, number, number]]>([
    ["black on transparent", (v) => [0, 0, 0, v]],
    ["white on transparent", (v) => [255, 255, 255, v]],
    ["black on white", (v) => [255 - v, 255 - v, 255 - v, 255]],
    ["white on black", (v) => [v, v, v, 255]],
  ])("sees the same digit drawn %s", (_, paint) => {
    const drawn = rgba(bar(200, 150, [60, 20, 80, 130]), paint);
    const plain = pictureToPixels(bar(200, 150, [60, 20, 80, 130]), input, { fit: "digit" });
    pictureToPixels(drawn, input, { fit: "digit" }).forEach((value, i) => {
      expect(value).toBeCloseTo(plain[i] as number, 3);
    });
  });

  it("puts a digit into MNIST's frame: longer side 20, ratio kept, center of mass at 14", () => {
    for (const at of [0, 30, 150]) {
      const { width, height, center } = measure(
        pictureToPixels(bar(300, 300, [at, 40, at + 50, 240]), input, { fit: "digit" }),
      );
      expect([width, height]).toEqual([5, 20]);
      for (const coordinate of center) expect(Math.abs(coordinate - 14)).toBeLessThanOrEqual(0.5);
    }
    expect(measure(pictureToPixels(bar(9, 9, [3, 3, 6, 5]), input, { fit: "digit" })).width).toBe(20);
  });

  it("gives an empty picture for an empty drawing", () => {
    expect(
      pictureToPixels(
        gray(100, 100, () => 255),
        input,
        { fit: "digit" },
      ),
    ).toEqual(new Float32Array(784));
  });

  it("stays in range and finite for any picture", () => {
    const picture = fc
      .tuple(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 40 }), fc.constantFrom(1, 3, 4))
      .chain(([width, height, channels]) => {
        const length = width * height * channels;
        return fc
          .uint8Array({ minLength: length, maxLength: length })
          .map((data) => ({ data, width, height, channels }) as Picture);
      });
    fc.assert(
      fc.property(picture, fc.constantFrom("stretch" as const, "digit" as const), (source, fit) => {
        const pixels = pictureToPixels(source, input, { fit });
        expect(pixels).toHaveLength(784);
        expect([...pixels].filter((value) => !(value >= -0.001 && value <= 255.001))).toEqual([]);
      }),
    );
  });

  it("refuses data that does not fit the size", () => {
    expect(() =>
      pictureToPixels({ data: new Uint8Array(3), width: 2, height: 2, channels: 1 }, input),
    ).toThrow(expect.objectContaining({ code: "E_PICTURE", exit: 2 }));
  });
});
