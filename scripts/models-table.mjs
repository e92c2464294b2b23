/**
 * Writes docs/models.md, the results of each model of models/: `npm run source scripts/models-table.mjs`. With `--check` it
 * writes nothing and ends with 1 where the page differs.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { runtimeId } from "../packages/core/src/index.ts";
import { formatBytes, formatScore, markdownTable } from "../packages/report/src/index.ts";
import { spread } from "../packages/studies/src/vocabulary/scores.ts";
import { generatedPage } from "./generated-page.js";
import { root } from "./set-up/javascript.mjs";

const models = join(root, "models");
const page = join(root, "docs", "models.md");

const columns = [
  { title: "model" },
  { title: "network" },
  { title: "epochs", numeric: true },
  { title: "test accuracy", numeric: true },
  { title: "mean of the seeds" },
  { title: "runtimes" },
  { title: "model.onnx", numeric: true },
  { title: "in git" },
];

function row(name) {
  const { model, evaluation, repeats, epochs } = read(name, "results.json");
  const { recipe } = read(name, "card.json");
  const { parity } = read(name, "model.passport.json");
  return [
    name,
    recipe.architecture ?? recipe.estimator.name,
    String(epochs?.length || "–"),
    formatScore(evaluation.accuracy),
    spread(repeats?.runs ?? []),
    verdictOf(parity),
    formatBytes(model.bytes),
    tracked(name) ? "yes" : "built",
  ];
}

/** The verdict, with the runtimes that fail as the ledger expects. */
function verdictOf({ verdict, cells }) {
  const known = cells
    .filter(({ status }) => status === "expected-fail")
    .map(({ runtime, browser = null }) => runtimeId({ runtime, browser }));
  return known.length > 0 ? `${verdict}; known faults of ${known.join(", ")}` : verdict;
}

function read(name, file) {
  return JSON.parse(readFileSync(join(models, name, file), "utf8"));
}

function tracked(name) {
  const ignored = join(models, name, ".gitignore");
  return !existsSync(ignored) || !readFileSync(ignored, "utf8").split("\n").includes("/model.onnx");
}

const names = readdirSync(models)
  .filter((name) => existsSync(join(models, name, "results.json")))
  .toSorted();
const better = (name) => name.endsWith("-plus");
const table = (kept) => markdownTable(columns, kept.map(row));

const text = `# The models

Written by \`npm run source scripts/models-table.mjs\` from results, cards and passports in models/. Accuracy: of the file, trained with the first seed
of its recipe, on the 10,000 test images (cnn-small and the classical models: 9,999), by onnxruntime-node. Runtimes: the verdict of
\`npx congruent parity\`, compared with tfjs or scikit-learn on every runtime of the machine. In git: "built" is too large to be tracked;
\`npm run models\` trains it.

## By the studies' own recipes

${table(names.filter((name) => !better(name)))}

What the studies reported: [studies-results.md](studies-results.md).

## The same networks, trained better

${table(names.filter(better))}

Augmented pictures, a learning rate that rises and falls, averaged weights; no decision used a test image. mlp-tuned-plus comes from a search instead, whose space was widened after test accuracies had been seen ([studies.md](studies.md)).
`;
generatedPage(page, text);
