import { describe, expect, it } from "@jest/globals";
import { float16FromBits, float16ToBits } from "./float16.js";

describe("half precision", () => {
  it("goes to bits and back for every number that it has", () => {
    const all = Array.from({ length: 0x10000 }, (_, bits) => bits);
    const wrong = all.filter((bits) => {
      const number = float16FromBits(bits);
      return !Number.isNaN(number) && float16ToBits(number) !== bits;
    });
    expect(wrong).toEqual([]);
    expect(float16FromBits(float16ToBits(Number.NaN))).toBeNaN();
  });

  it("rounds to the nearest number, to the even one of two equally near, halfway between any neighbors", () => {
    const all = Array.from({ length: 0x7bff }, (_, bits) => bits);
    const wrong = all.filter((bits) => {
      const [a, b] = [float16FromBits(bits), float16FromBits(bits + 1)];
      const middle = (a + b) / 2;
      const nudge = (b - a) / 1000;
      const nearest = [middle - nudge, middle, middle + nudge].map(float16ToBits);
      return nearest.join() !== [bits, bits + (bits % 2), bits + 1].join();
    });
    expect(wrong).toEqual([]);
  });

  it("ends at 65504", () => {
    expect(float16ToBits(65519.99)).toBe(0x7bff);
    expect(float16ToBits(65520)).toBe(0x7c00);
    expect(float16ToBits(Number.NEGATIVE_INFINITY)).toBe(0xfc00);
  });
});
