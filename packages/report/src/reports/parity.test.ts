import { cellStatusSchema, type ParityReport, parityReportSchema } from "@congruent/core/schemas";
import { describe, expect, it } from "@jest/globals";
import { parityCell, parityFixture } from "../fixtures/parity-fixture.js";
import { elements, parseXml } from "../fixtures/parse-xml.js";
import { parityRows, parityTable } from "../tables/parity-rows.js";
import { renderReport } from "./render-report.js";

const withStatus = (status: ParityReport["cells"][number]["status"]): ParityReport => ({
  ...parityFixture,
  cells: [parityCell("web-wasm", status, 0.5, { reason: "said so" })],
});

describe("parityRows", () => {
  it("writes every value once, the same for terminal and page", () => {
    const row = parityRows(parityFixture).find((each) => each.runtime === "node-webgpu");
    expect(row).toMatchObject({
      baseline: false,
      statusText: "expected fail",
      samples: "256",
      seconds: "1 min 23 s",
      flips: "2 of 256",
      versions: "onnxruntime-node 1.30.0",
    });
    expect(row?.outputs[1]).toMatchObject({ text: "0.0171 / 1.0e-5", within: false, ulp: "41" });
    expect(row?.notes.map((note) => note.kind)).toEqual(["reason", "expected", "link", "divergence"]);
  });

  it("makes a table with a column per output and dashes where nothing applies", () => {
    const { columns, rows } = parityTable(parityFixture);
    expect(columns.map((column) => column.title)).toEqual([
      "runtime",
      "status",
      "samples",
      "label max |Δ| / bound",
      "probabilities max |Δ| / bound",
      "flips",
    ]);
    expect(rows[0]).toEqual(["tfjs (baseline)", "pass", "10,000", "0 / 0", "0 / 1.0e-5", "0 of 10,000"]);
    expect(rows[3]).toEqual(["node-cuda", "unavailable", "–", "–", "–", "–"]);
  });

  it("says that a difference is not finite", () => {
    const cell = parityCell("web-wasm", "fail", 0, {
      outputs: [{ name: "scores", maxAbs: null, maxUlp: null, bound: 1e-5, why: "", within: false }],
    });
    expect(parityRows({ baseline: "tfjs", cells: [cell] })[0]?.outputs[0]?.text).toBe("not finite / 1.0e-5");
  });
});

describe("renderParity", () => {
  it("writes JSON that is the report itself", () => {
    const parsed: unknown = JSON.parse(renderReport("parity", parityFixture, "json"));
    expect(parsed).toEqual(parityFixture);
    expect(parityReportSchema.safeParse(parsed).success).toBe(true);
  });

  it.each([
    ["pass", []],
    ["fail", ["failure"]],
    ["unexpected-pass", ["failure"]],
    ["expected-fail", ["skipped"]],
    ["unavailable", ["skipped"]],
    ["error", ["error"]],
  ] as const)("maps %s to JUnit's %p", (status, children) => {
    const [testcase] = elements(parseXml(renderReport("parity", withStatus(status), "xml")), "testcase");
    expect(testcase?.attributes).toMatchObject({ name: "web-wasm", classname: "parity.lenet" });
    expect(testcase?.children.map((child) => child.name)).toEqual(children);
    for (const child of testcase?.children ?? []) {
      expect(child.attributes.message).toContain("said so");
      expect(child.text).toContain("max |Δ| 0.5, bound 1.0e-5");
    }
  });

  it("has a JUnit test case per cell and every status mapped", () => {
    const root = parseXml(renderReport("parity", parityFixture, "xml"));
    expect(elements(root, "testcase").map((each) => each.attributes.name)).toEqual(
      parityFixture.cells.map((cell) => cell.runtime),
    );
    for (const status of cellStatusSchema.options) {
      expect(() => renderReport("parity", withStatus(status), "html")).not.toThrow();
    }
  });

  it("writes Markdown with the verdict, a row per runtime and the reasons", () => {
    const markdown = renderReport("parity", parityFixture, "md");
    expect(markdown).toContain("## Parity of lenet: pass");
    expect(markdown).toContain("| node-webgpu | expected fail | 256 | 0 / 0 | 0.0171 / 1.0e-5 | 2 of 256 |");
    expect(markdown).toContain("average pooling with padding counts the padding on WebGPU");
    expect(markdown).toContain("npm run setup -- --cuda");
  });
});
