/** @needs export tensorflow */

import { fileURLToPath } from "node:url";
import { timeLimits } from "@congruent/core/testing";
import { loadTensorFlow } from "@congruent/toolchain";
import { askOracle } from "@congruent/toolchain/testing";
import { beforeAll, expect, it, jest } from "@jest/globals";
import {
  architectures,
  type ModelSummary,
  summarize,
  summaryHead,
  summaryRows,
  summaryTotals,
} from "./index.js";

jest.setTimeout(timeLimits.training);

const script = fileURLToPath(new URL("../oracle/keras_summary.py", import.meta.url));
/** One model without branches and one with them. */
const NAMES = ["lenet", "resnet"];

const own = new Map<string, ModelSummary>();
let keras: Record<string, string>;
beforeAll(async () => {
  const tf = await loadTensorFlow({ device: "cpu" });
  for (const name of NAMES) {
    const model = architectures[name]?.build(tf, { seed: 1, classes: 10 });
    if (model) own.set(name, summarize(model));
  }
  const names = [...own].map(([name, { name: model, layers }]) => [
    name,
    { model, layers: layers.map((layer) => layer.name) },
  ]);
  const stdout = await askOracle({
    environment: "export",
    script,
    input: JSON.stringify(Object.fromEntries(names)),
    env: { COLUMNS: "240" },
    timeoutMs: 300_000,
  });
  keras = JSON.parse(stdout);
}, 360_000);

it.each(NAMES)("the summary of %s has the head, rows and totals of Keras' own", (name) => {
  const summary = own.get(name) as ModelSummary;
  const lines = (keras[name] as string).split("\n");
  const cells = lines
    .filter((line) => /^[┃│]/.test(line))
    .map((line) =>
      line
        .split(/[┃│]/)
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
  expect([summaryHead(summary), ...summaryRows(summary)]).toEqual(cells);
  expect(lines[0]).toBe(`Model: "${summary.name}"`);
  expect(summaryTotals(summary)).toEqual(
    lines.filter((line) => line.includes(" params: ")).map((l) => l.trim()),
  );
});
