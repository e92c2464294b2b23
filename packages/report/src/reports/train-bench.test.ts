import { describe, expect, it } from "@jest/globals";
import { elements, parseXml } from "../fixtures/parse-xml.js";
import { sprintBenchFixture, trainBenchFixture } from "../fixtures/train-bench-fixture.js";
import { renderSheet } from "../formats/render-sheet.js";
import { renderReport } from "./render-report.js";
import { sprintBenchSheet } from "./sprint-bench.js";

describe("renderTrainBench", () => {
  const page = renderReport("trainBench", trainBenchFixture, "md");
  const rowOf = (begin: string) =>
    page
      .split("\n")
      .filter((line) => line.startsWith(`| ${begin}`))
      .map((line) => line.split("|").map((cell) => cell.trim()));

  it("shows the ratios of every network", () => {
    expect(rowOf("lenet")[0]).toEqual(["", "lenet", "3.70", "0.860", "PyTorch", "0.213", "–", "1.000", ""]);
    expect(rowOf("vgg")[0]).toEqual(["", "vgg", "136.0", "0.855", "Keras", "–", "–", "1.000", ""]);
  });

  it("says what was measured of every trainer, and why one was not", () => {
    expect(page).toContain("lenet: 61,706 parameters, 0.14 GFLOP a step");
    expect(rowOf("Keras")[0]?.slice(1, -1)).toEqual([
      "Keras",
      "the best of Keras",
      "5.10",
      "4.59 … 5.61",
      "12,549",
      "10 %",
      "500 MB",
      "900 ms",
      "4.0 s",
    ]);
    expect(page).toContain("failed: torch\\_worker.py ended (exit code 9)");
    expect(page).toContain("unavailable: not asked for");
    expect(page).toContain("1 measurement failed.");
    expect(page).toContain("another out of memory");
  });

  it("counts a failure as an error, and what the machine cannot do as skipped", () => {
    const suite = parseXml(renderReport("trainBench", trainBenchFixture, "xml"));
    expect(elements(suite, "testcase")).toHaveLength(8);
    expect(elements(suite, "error")).toHaveLength(1);
    expect(elements(suite, "skipped")).toHaveLength(1);
  });

  it("is the document itself as JSON", () => {
    expect(JSON.parse(renderReport("trainBench", trainBenchFixture, "json"))).toEqual(trainBenchFixture);
  });

  it("has the figure on its page", () => {
    const html = renderReport("trainBench", trainBenchFixture, "html");
    expect(html).toContain("Time of a training step");
    expect(html).toContain("lenet: Congruent 3.7 ms, tfjs, eager 17.4 ms, Keras 5.1 ms, PyTorch 4.3 ms");
  });
});

describe("sprintBenchSheet", () => {
  it("tells the target missed from a failure", () => {
    const sheet = sprintBenchSheet(sprintBenchFixture);
    expect(sheet.checks.map(({ outcome, message }) => [outcome, message])).toEqual([
      ["pass", "11.5 s"],
      ["fail", "seeds 2 did not reach 99.00 %"],
      ["error", "seed 1: exit code 9: killed"],
    ]);
    const page = renderSheet(sheet, "md");
    expect(page).toContain("20.0, missed");
    expect(page).toContain("1 run failed.");
  });
});
