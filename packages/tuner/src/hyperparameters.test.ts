import { describe, expect, it } from "@jest/globals";
import { discoverSpace, HyperParameters } from "./index.js";

describe("a build function", () => {
  it("declares its space by asking: scopes within scopes, in the order of the code", () => {
    const space = discoverSpace((hp) => {
      const kind = hp.choice("kind", ["mlp", "cnn"]);
      hp.conditionalScope("kind", ["mlp"], () => {
        const layers = hp.int("layers", { min: 1, max: 3 });
        for (let i = 1; i <= layers; i++) {
          const reaching = [1, 2, 3].filter((n) => n >= i);
          hp.conditionalScope("layers", reaching, () => hp.int(`units${i}`, { min: 8, max: 16, step: 8 }));
        }
      });
      hp.conditionalScope("kind", ["cnn"], () => hp.boolean("pool"));
      hp.fixed("batch", 64);
      return { kind };
    });
    const layered = (values: number[]) => [
      { name: "kind", values: ["mlp"] },
      { name: "layers", values },
    ];
    expect(space.map(({ name, when }) => [name, when])).toEqual([
      ["kind", undefined],
      ["layers", [{ name: "kind", values: ["mlp"] }]],
      ["units1", layered([1, 2, 3])],
      ["units2", layered([2, 3])],
      ["units3", layered([3])],
      ["pool", [{ name: "kind", values: ["cnn"] }]],
      ["batch", undefined],
    ]);
  });

  it("gets the trial's values, defaults where there are none, and undefined from a scope that is not entered", () => {
    const hp = new HyperParameters({ rate: 0.5 });
    expect(hp.float("rate", { min: 0, max: 1 })).toBe(0.5);
    expect(hp.boolean("deep")).toBe(false);
    expect(hp.conditionalScope("deep", [true], () => hp.int("layers", { min: 2, max: 3 }))).toBeUndefined();
    expect(hp.values).toEqual({ rate: 0.5, deep: false });
    expect(hp.get("rate")).toBe(0.5);
    expect(() => hp.get("layers")).toThrow(expect.objectContaining({ code: "E_SPACE_CONDITION" }));
  });

  it.each<[string, (hp: HyperParameters) => unknown, string]>([
    [
      "a hyper-parameter that shows up with some values only",
      (hp) => (hp.int("layers", { min: 1, max: 2 }) === 2 ? hp.int("units2", { min: 1, max: 9 }) : 0),
      "E_SPACE_CHANGED",
    ],
    [
      "one name for two things",
      (hp) => [hp.int("x", { min: 1, max: 2 }), hp.int("x", { min: 1, max: 3 })],
      "E_SPACE_DUPLICATE",
    ],
    ["a scope of nothing", (hp) => hp.conditionalScope("x", [1], () => 1), "E_SPACE_CONDITION"],
    ["no hyper-parameters", () => 1, "E_SPACE_EMPTY"],
    ["a range that makes no sense", (hp) => hp.float("x", { min: 2, max: 1 }), "E_SPACE_RANGE"],
  ])("with %s is refused", (_, build, code) => {
    expect(() => discoverSpace(build)).toThrow(expect.objectContaining({ code }));
  });
});
