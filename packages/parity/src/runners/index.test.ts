import { RUNTIME_IDS, runtimeId } from "@congruent/core";
import { describe, expect, it } from "@jest/globals";
import { runnerOf, runners } from "./index.js";

describe("the index of runners", () => {
  it("has every runtime in every browser that can run it, in the order of a report's rows", () => {
    expect(runners.map(runtimeId)).toEqual([...RUNTIME_IDS]);
  });

  it("finds each by its id, and refuses what the list lacks", () => {
    for (const id of RUNTIME_IDS) expect(runtimeId(runnerOf(id))).toBe(id);
    expect(() => runnerOf("tfjs", [runnerOf("node-cpu")])).toThrow(/there is no runtime called "tfjs"/);
  });
});
