import { describe, expect, it } from "@jest/globals";
import { othersSeconds, referenceSeconds } from "./parity-options.js";

describe("time limits of a comparison", () => {
  it("hold for people who wait, and not where a verdict must not depend on the machine", () => {
    const of = (options: Parameters<typeof referenceSeconds>[0] & Parameters<typeof othersSeconds>[0]) => [
      referenceSeconds(options),
      othersSeconds(options),
    ];
    expect(of({})).toEqual([60, 70]);
    for (const named of [{ samples: 10 }, { expect: "ledger.json" }, { baseline: "old.json" }]) {
      expect(of(named)).toEqual([undefined, undefined]);
      expect(of({ ...named, time: 5, referenceTime: 7 })).toEqual([7, 5]);
    }
    // Each of these concerns one runtime, which then runs all that it was told, and no other.
    expect(of({ sampleLimit: { reference: 10 } })).toEqual([undefined, 70]);
    expect(of({ sampleLimit: { "node-webgpu": 10 } })).toEqual([60, 70]);
  });
});
