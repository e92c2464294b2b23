import { describe, expect, it } from "@jest/globals";
import { blankCell, type ParityReport, parityReportSchema, UNASKED } from "./index.js";

/** A report as it is written now. */
const report: ParityReport = {
  ...UNASKED,
  schema: "congruent/parity@1",
  model: { path: "m.onnx", sha256: "ab", name: null },
  inputs: { source: "digits test", samples: 3 },
  baseline: "node-cpu",
  cells: [
    {
      ...blankCell({ runtime: "web-wasm", browser: "chromium" }),
      status: "fail",
      decisions: {
        samples: 3,
        flips: 1,
        list: [{ sample: 1, baseline: 4, observed: 9, label: 4, margin: 0.5 }],
      },
      reference: {
        samples: 3,
        outputs: [{ name: "y", maxAbs: 0.5, maxUlp: null, bound: 1e-6, why: "", within: false }],
      },
      bisect: {
        oracle: "reference",
        samples: [1],
        final: null,
        broken: null,
        cumulative: null,
        isolated: null,
        hidden: [],
        vanished: false,
        explained: null,
        runs: 1,
        seconds: 0.5,
        memory: { limit: 1024, largestCut: 512 },
        repro: null,
      },
    },
  ],
  verdict: "fail",
  because: "web-wasm: fail",
};

/** The report as versions wrote it that called the cell's reference, the flip's label and the bisect's oracle "truth". */
const old = JSON.stringify(report)
  .replace('"reference":', '"truth":')
  .replace('"label":', '"truth":')
  .replace('"oracle":', '"truth":');

describe("a parity report", () => {
  it("with the former names of its fields is read", () => {
    expect(old.match(/"truth":/g)).toHaveLength(3);
    expect(parityReportSchema.parse(JSON.parse(old))).toEqual(report);
  });

  it("with the present names is read", () => {
    expect(parityReportSchema.parse(JSON.parse(JSON.stringify(report)))).toEqual(report);
  });
});
