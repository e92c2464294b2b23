import { CARD_KEY } from "@congruent/core/essentials";
import { cardSchema } from "@congruent/core/schemas";
import { tinyClassifier } from "@congruent/onnx/testing";
import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { readCard } from "./card.js";

const { card } = tinyClassifier();
const read = (value: unknown) => readCard(new Map([[CARD_KEY, JSON.stringify(value)]]), "model.onnx");

/** Every place of a card, as the keys that lead to it. */
function places(value: unknown, path: string[] = []): string[][] {
  if (typeof value !== "object" || value === null) return [path];
  return [path, ...Object.entries(value).flatMap(([key, member]) => places(member, [...path, key]))];
}

function changed(value: unknown, [key, ...rest]: string[], change: (before: unknown) => unknown): unknown {
  if (key === undefined) return change(value);
  const copy = structuredClone(value) as Record<string, unknown>;
  const member = changed(copy[key], rest, change);
  if (member === undefined) delete copy[key];
  else copy[key] = member;
  return copy;
}

describe("readCard", () => {
  it("gives the card, a new one each time, and null where there is none", () => {
    expect(read(card)).toEqual(card);
    expect(read(card)).not.toBe(read(card));
    expect(readCard(new Map(), "model.onnx")).toBeNull();
  });

  it("accepts exactly the cards that the schema accepts", () => {
    const seen = { accepted: 0, refused: 0 };
    const change = fc.oneof(
      fc.constant(undefined),
      fc.jsonValue({ maxDepth: 1 }),
      fc.constantFrom(
        0,
        -1,
        1,
        1.5,
        "",
        "dark",
        "logits",
        "congruent/card@2",
        [],
        {},
        [0, 1],
        [1, 2, 3],
        null,
      ),
    );
    fc.assert(
      fc.property(
        fc.constantFrom(...places(card).filter(({ length }) => length > 0)),
        change,
        (place, value) => {
          const other = changed(card, place, () => value);
          const { success } = cardSchema.safeParse(JSON.parse(JSON.stringify(other)));
          seen[success ? "accepted" : "refused"] += 1;
          if (success) expect(read(other)).toEqual(JSON.parse(JSON.stringify(other)));
          else expect(() => read(other)).toThrow(expect.objectContaining({ code: "E_CARD", exit: 2 }));
        },
      ),
      { numRuns: 500 },
    );
    expect(Math.min(seen.accepted, seen.refused)).toBeGreaterThan(10);
  });

  it("refuses what is no JSON, and names the field that is wrong", () => {
    expect(() => readCard(new Map([[CARD_KEY, "{"]]), "model.onnx")).toThrow(/card inside model\.onnx/);
    const { input, ...rest } = card;
    expect(() => read({ ...rest, input: { ...input, height: 0 } })).toThrow(
      /input\.height is not a whole number of at least 1/,
    );
  });

  it("passes a recipe on without looking into it", () => {
    expect(read({ ...card, recipe: { any: "thing" } })?.recipe).toEqual({ any: "thing" });
  });
});
