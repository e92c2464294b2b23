import {
  blankCell,
  type CellStatus,
  type ParityCell,
  type ParityReport,
  UNASKED,
} from "@congruent/core/schemas";
import { timeLimits } from "@congruent/core/testing";
import { describe, expect, it, jest } from "@jest/globals";
import { withRegression } from "./index.js";

jest.setTimeout(timeLimits.programs);

const cell = (
  status: CellStatus,
  maxAbs: number | null = 0.1,
  more: Partial<ParityCell> = {},
): ParityCell => ({
  ...blankCell({ runtime: "web-webgpu", browser: "chromium" }),
  status,
  outputs: [{ name: "y", maxAbs, maxUlp: null, bound: 1e-6, why: "", within: status === "pass" }],
  ...more,
});
const report = (...cells: ParityCell[]): ParityReport => ({
  ...UNASKED,
  schema: "congruent/parity@1",
  model: { path: "m.onnx", sha256: "ab", name: null },
  inputs: { source: "x", samples: 1 },
  baseline: "node-cpu",
  cells,
  verdict: "fail",
  because: "",
});
const flips = (count: number): Partial<ParityCell> => ({
  decisions: { samples: 100, flips: count, list: [] },
});
const fallen = (...nodes: string[]): Partial<ParityCell> => ({
  placement: {
    source: "",
    expected: "WebGpuExecutionProvider",
    providers: {},
    fallbacks: nodes.map((node) => ({ node, opType: "Conv", provider: "CPUExecutionProvider" })),
  },
});

describe("withRegression", () => {
  it.each<[string, ParityCell | null, ParityCell, string[]]>([
    ["the same failure", cell("fail"), cell("fail"), []],
    ["a failure that got a little larger", cell("fail"), cell("fail", 0.14), []],
    ["one that got much larger", cell("fail"), cell("fail", 0.2), ["y is off by 0.200, was 0.100"]],
    ["one that became NaN", cell("fail"), cell("fail", null), ["y is off by NaN or infinity, was 0.100"]],
    ["a failure that got better", cell("fail"), cell("pass"), []],
    ["a pass that became a failure", cell("pass"), cell("fail"), ["fail, was pass"]],
    ["a crash", cell("fail"), cell("error"), ["error, was fail"]],
    ["an absence", cell("pass"), cell("unavailable"), ["unavailable, was pass"]],
    ["rounding that is not the same", cell("pass", 1e-8), cell("pass", 9e-7), []],
    ["more flips", cell("fail", 0.1, flips(2)), cell("fail", 0.1, flips(5)), ["5 decisions flip, were 2"]],
    ["a new runtime that fails", null, cell("fail"), ["fail, and it was not there before"]],
    ["a new runtime that passes", null, cell("pass"), []],
    [
      "a new fallback",
      cell("pass", 0, fallen()),
      cell("pass", 0, fallen("c")),
      ["1 nodes fell back to another execution provider, were 0"],
    ],
  ])("%s", (_, old, now, worse) => {
    const found = withRegression(report(now), report(...(old ? [old] : []))).regression;
    expect(found).toEqual({ since: "ab", worse: worse.map((what) => `web-webgpu: ${what}`) });
  });

  it("refuses the report of another model", () => {
    const other = cell("pass");
    other.outputs = other.outputs.map((output) => ({ ...output, name: "z" }));
    expect(() => withRegression(report(cell("fail")), report(other))).toThrow(
      "its outputs are z, this one's y",
    );
  });
});
