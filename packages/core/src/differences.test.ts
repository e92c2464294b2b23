import { describe, expect, it } from "@jest/globals";
import { differences } from "./differences.js";
import { directionOf, loggedField } from "./logged-field.js";

describe("differences", () => {
  it("are named by their paths, with what is missing on either side", () => {
    expect(differences({ a: [1, 2], b: "x" }, { a: [1, 3], c: null })).toEqual([
      "a.1: 2 then, 3 now",
      'b: "x" then, nothing now',
      "c: nothing then, null now",
    ]);
    expect(differences({ a: 1 }, { a: 1 })).toEqual([]);
  });
});

describe("the fields of an epoch's log", () => {
  it.each([
    ["val_cross_entropy", "valCrossEntropy", "min"],
    ["valAccuracy", "valAccuracy", "max"],
    ["value", "value", undefined],
    ["toString", "toString", undefined],
  ])("%s is %s, better when %s", (name, field, direction) => {
    expect(loggedField(name)).toBe(field);
    expect(directionOf(field)).toBe(direction);
  });
});
