import type { StepProfile } from "@congruent/core/schemas";
import { describe, expect, it } from "@jest/globals";
import { renderSheet } from "../formats/render-sheet.js";
import { stepProfileSheet } from "./step-profile.js";

const profile: StepProfile = {
  schema: "congruent/step-profile@1",
  network: "lenet",
  batchSize: 64,
  threads: 2,
  batchParts: 2,
  steps: 20,
  tensorflow: "2.21.0",
  milliseconds: 5,
  operators: [
    { operator: "Conv2D", nodes: 2, milliseconds: 6 },
    { operator: "MatMul", nodes: 3, milliseconds: 3.98 },
    { operator: "Relu", nodes: 4, milliseconds: 0.015 },
    { operator: "Add", nodes: 1, milliseconds: 0.005 },
  ],
  nodes: [{ name: "conv1/Relu", operator: "Conv2D", milliseconds: 4 }],
};

describe("stepProfileSheet", () => {
  it("gives shares of what the operators take in all, the small ones together", () => {
    expect(stepProfileSheet(profile).tables[0]?.rows).toEqual([
      ["Conv2D", "2", "6.00", "60.0 %"],
      ["MatMul", "3", "3.98", "39.8 %"],
      ["2 other operators", "5", "0.02", "0.2 %"],
    ]);
  });

  it("is a page of Markdown, and the document itself as JSON", () => {
    const page = renderSheet(stepProfileSheet(profile), "md");
    expect(page).toContain("5.00 ms a step (median of 20, batch 64); its operators take 10.00 ms in all.");
    expect(page).toContain("conv1/Relu");
    expect(JSON.parse(renderSheet(stepProfileSheet(profile), "json"))).toEqual(profile);
  });
});
