import { type Trial, tuningResultsSchema } from "@congruent/core/schemas";
import { describe, expect, it } from "@jest/globals";
import { tuningFigures } from "../figures/tuning-figures.js";
import { renderReport } from "./render-report.js";

const trial = (id: number, values: Trial["values"], score: number | null): Trial => ({
  id,
  status: score === null ? "failed" : "completed",
  values,
  epochs: null,
  sampler: {},
  score,
  metrics: {},
  executions: [
    {
      execution: 0,
      attempt: 0,
      directory: `trials/000${id}/execution-0`,
      bestEpoch: score === null ? null : 1,
      outcome:
        score === null
          ? {
              status: "failed",
              error: { code: "E_TRIAL_MEMORY", what: "memory ran out", fix: null },
              seconds: 1,
            }
          : { status: "completed", logs: [{ valAccuracy: score }], seconds: 2 },
    },
  ],
  error: score === null ? { code: "E_TRIAL_MEMORY", what: "memory ran out", fix: null } : null,
});

const results = tuningResultsSchema.parse({
  schema: "congruent/tuning-results@1",
  name: "mlp-tuned",
  objective: { name: "valAccuracy", direction: "max" },
  sampler: { name: "random" },
  seed: 42,
  executionsPerTrial: 1,
  space: [
    { type: "int", name: "units", min: 32, max: 512, step: 32 },
    { type: "choice", name: "optimizer", values: ["adam", "sgd"] },
    { type: "float", name: "momentum", min: 0, max: 0.9, when: [{ name: "optimizer", values: ["sgd"] }] },
    { type: "fixed", name: "batch", value: 32 },
  ],
  trials: [
    trial(0, { units: 64, optimizer: "adam", batch: 32 }, 0.91),
    trial(1, { units: 96, optimizer: "sgd", momentum: 0.5, batch: 32 }, 0.95),
    trial(2, { units: 512, optimizer: "adam", batch: 32 }, null),
  ],
  ranking: [1, 0],
  importances: [
    { name: "units", share: 0.2, trials: 2 },
    { name: "optimizer", share: null, trials: 2 },
  ],
  ended: "all 3 trials were made",
});

describe("the report of a search", () => {
  it("says the best trial, every trial best first, what failed and what decided", () => {
    const text = renderReport("tuning", results, "md");
    expect(text).toContain("The best valAccuracy is 0.9500, in trial 1 of 3. 1 trial failed.");
    expect(text).toMatch(
      /1 \| +0\.9500 \| units 96, optimizer sgd, momentum 0\.5, batch 32[\s\S]*0 \| +0\.9100/,
    );
    expect(text).toContain("Trial 2: memory ran out");
    expect(text).toMatch(/units +\| +0\.20/);
  });

  it("counts failed trials as errors for a CI server, and is its own data as JSON", () => {
    const xml = renderReport("tuning", results, "xml");
    expect(xml).toContain('tests="3"');
    expect(xml).toContain('errors="1"');
    expect(tuningResultsSchema.parse(JSON.parse(renderReport("tuning", results, "json")))).toEqual(results);
  });

  it("shows every trial as a line, on an axis for each hyper-parameter that was searched", () => {
    const [coordinates, importance] = tuningFigures(results);
    expect(coordinates?.description).toBe(
      "3 trials. The best valAccuracy is 0.9500, with units 96, optimizer sgd, momentum 0.5.",
    );
    expect(importance?.description).toBe("Importance of the hyper-parameters: units 0.20.");
    const page = renderReport("tuning", results, "html");
    expect(page).toContain("What the search tried");
    expect(page).toContain("E_TRIAL_MEMORY");
  });

  it("of a search without a completed trial says so", () => {
    const text = renderReport("tuning", { ...results, ranking: [], trials: results.trials.slice(2) }, "html");
    expect(text).toContain("No trial was completed.");
  });
});
