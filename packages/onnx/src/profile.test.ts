import { describe, expect, it } from "@jest/globals";
import { checkProfile, decodeModel, makeTensorValueInfo, profileDeviations } from "./index.js";
import { tinyClassifier } from "./testing.js";

const { model, bytes, card } = tinyClassifier();

describe("checkProfile", () => {
  it("accepts a model that obeys", () => {
    expect(profileDeviations(model, card)).toEqual([]);
    expect(() => checkProfile(model, card)).not.toThrow();
  });

  it("names every deviation at once", () => {
    const wrong = decodeModel(bytes);
    if (wrong.graph) {
      wrong.graph.input = [makeTensorValueInfo("pixels", "uint8", [1, 2, 2, 1])];
      wrong.graph.output = [
        makeTensorValueInfo("label", "int32", ["n"]),
        makeTensorValueInfo("extra", "float32", ["n"]),
      ];
    }
    expect(profileDeviations(wrong, card)).toEqual([
      "input pixels is uint8, not float32",
      "input pixels has the fixed batch size 1; it must be dynamic",
      "output label is int32, not int64",
      "output extra is not part of the profile or of the card",
      "output probabilities is missing",
    ]);
    expect(() => checkProfile(wrong, card)).toThrow(expect.objectContaining({ code: "E_PROFILE", exit: 2 }));
  });

  it("names a wrong shape and a card without label", () => {
    const odd = { ...card, labels: ["a", "b"], outputs: ["probabilities" as const] };
    expect(profileDeviations(model, odd)).toEqual([
      "output label is not part of the profile or of the card",
      "output probabilities has the shape [batch, 3], not [batch, 2]",
      "the card does not list the output label",
    ]);
  });
});
