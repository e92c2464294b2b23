import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { CongruentError } from "./errors.js";
import { rows, sizeOf, tensor } from "./tensor.js";

describe("tensor", () => {
  it("refuses a length that is not the product of the shape", () => {
    expect(() => tensor("float32", new Float32Array(5), [2, 3])).toThrow(CongruentError);
    expect(() => tensor("float32", new Float32Array(5), [2, 3])).toThrow(
      "a tensor of shape [2, 3] was given 5 values",
    );
  });

  it("a scalar has one element", () => {
    expect(sizeOf([])).toBe(1);
  });

  it("rows are views of exactly the asked part, clipped at the end", () => {
    fc.assert(
      fc.property(fc.nat(9), fc.nat(5), fc.nat(9), fc.nat(12), (count, width, begin, end) => {
        fc.pre(begin <= count && begin <= end);
        const t = tensor(
          "int32",
          Int32Array.from({ length: count * width }, (_, i) => i),
          [count, width],
        );
        const part = rows(t, begin, end);
        expect(part.dims).toEqual([Math.min(end, count) - begin, width]);
        expect([...part.data]).toEqual([...t.data].slice(begin * width, end * width));
      }),
    );
  });
});
