import { CARD_KEY } from "@congruent/core/schemas";
import { describe, expect, it } from "@jest/globals";
import { decodeModel, encodeModel, readCard, writeCard } from "./index.js";
import { tinyClassifier } from "./testing.js";

const { model, bytes, card } = tinyClassifier();

describe("the card inside a model", () => {
  it("is read from bytes and from a model", () => {
    expect(readCard(bytes)).toEqual(card);
    expect(readCard(model)).toEqual(card);
  });

  it("is null where there is none", () => {
    const bare = decodeModel(bytes);
    bare.metadataProps = [];
    expect(readCard(bare)).toBeNull();
  });

  it("is replaced in a copy; other metadata stay", () => {
    const tagged = decodeModel(bytes);
    const [entry] = tagged.metadataProps;
    if (entry) tagged.metadataProps.push({ ...entry, $typeName: entry.$typeName, key: "author", value: "a" });
    const copy = writeCard(tagged, { ...card, name: "other" });
    expect(readCard(encodeModel(copy))?.name).toBe("other");
    expect(copy.metadataProps.map(({ key }) => key).toSorted()).toEqual(["author", CARD_KEY]);
    expect(readCard(tagged)?.name).toBe("tiny");
  });

  it.each([
    ["no JSON", "{"],
    ["another schema", JSON.stringify({ ...card, schema: "congruent/card@9" })],
    ["a missing field", JSON.stringify({ ...card, labels: undefined })],
  ])("that is %s is refused", (_, value) => {
    const broken = decodeModel(bytes);
    const [entry] = broken.metadataProps;
    if (entry) entry.value = value;
    expect(() => readCard(broken, "m.onnx")).toThrow(
      expect.objectContaining({ code: "E_CARD", exit: 2, message: expect.stringContaining("m.onnx") }),
    );
  });
});
