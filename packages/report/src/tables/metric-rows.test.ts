import { readFileSync } from "node:fs";
import { METRIC_NAMES, metricDefinition } from "@congruent/core";
import { type MetricScores, metricScores, resultsSchema } from "@congruent/core/schemas";
import { describe, expect, it } from "@jest/globals";
import { evaluationFixture } from "../fixtures/evaluation-fixture.js";
import { elements, parseXml } from "../fixtures/parse-xml.js";
import { renderReport } from "../reports/render-report.js";
import { formatMetric, metricFacts, metricTable } from "./metric-rows.js";

/** A value of its own for each metric, as newer files have them. */
const scores: MetricScores = Object.fromEntries(METRIC_NAMES.map((name, i) => [name, (i + 1) / 100]));
const evaluation = { ...evaluationFixture, scores };

describe("the metrics of an evaluation", () => {
  it.each(METRIC_NAMES)("%s is in the page, in Markdown and in JUnit", (name) => {
    const { title, description } = metricDefinition(name);
    const value = metricFacts(evaluation).find((fact) => fact.name === title)?.value;
    expect(value).toBeDefined();
    const html = renderReport("evaluation", evaluation, "html");
    expect(html).toContain(`>${title}</dt>`);
    expect(html).toContain(description.split("'")[0]);
    expect(renderReport("evaluation", evaluation, "md")).toContain(`- ${title}: ${value}`);
    const properties = elements(parseXml(renderReport("evaluation", evaluation, "xml")), "property");
    expect(properties.map(({ attributes }) => [attributes.name, attributes.value])).toContainEqual([
      title,
      value,
    ]);
  });

  it.each(METRIC_NAMES)(
    "%s is a column of a comparison, shown in its format and with its direction",
    (name) => {
      const { short, better } = metricDefinition(name);
      const { columns, rows } = metricTable([{ name: "lenet", scores }]);
      const at = columns.findIndex(({ title }) => title === `${short} ${better === "higher" ? "↑" : "↓"}`);
      // The accuracy has a table of its own.
      if (name === "accuracy") return expect(at).toBe(-1);
      expect(rows[0]?.[at]).toBe(formatMetric(name, scores[name] ?? null));
    },
  );

  it("are found in files that are older than the field", () => {
    const file = new URL("../../../../models/lenet/results.json", import.meta.url);
    const old = resultsSchema.parse(JSON.parse(readFileSync(file, "utf8"))).evaluation;
    const { scores: _, ...older } = old;
    const found = metricScores(older);
    expect(found.accuracy).toBe(old.accuracy);
    expect(found.logLoss).toBe(old.probabilistic?.logLoss);
    expect(found.macroAuc).toBe(old.ranking?.macroAuc);
    expect(metricFacts(older).map(({ name }) => name)).toContain("log loss");
  });

  it("that are not defined are a dash, and a file without probabilities has no such line", () => {
    const ranking = evaluationFixture.ranking && { ...evaluationFixture.ranking, macroAuc: null };
    const facts = metricFacts({ ...evaluationFixture, ranking, probabilistic: null });
    expect(facts.find(({ name }) => name.startsWith("AUC"))?.value).toBe("–");
    expect(facts.map(({ name }) => name)).not.toContain("log loss");
  });
});
