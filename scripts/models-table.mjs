/**
 * Writes docs/models.md, the results of each model of models/: `npm run source scripts/models-table.mjs`. With `--check` it
 * writes nothing and ends with 1 where the page differs.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import {
  BROWSER_RUNTIMES,
  DEFAULT_BROWSER,
  RUNTIMES_IN_BROWSERS,
  runtimeId,
} from "../packages/core/src/index.ts";
import { formatBytes, formatCount, formatScore, markdownTable } from "../packages/report/src/index.ts";
import { spread } from "../packages/studies/src/vocabulary/scores.ts";
import { generatedPage } from "./generated-page.js";
import { root } from "./set-up/javascript.mjs";

const models = join(root, "models");
const page = join(root, "docs", "models.md");

/** Those that compute on this kind of machine. */
const runtimes = RUNTIMES_IN_BROWSERS.filter(
  ({ runtime }) => !["recorded", "node-cuda"].includes(runtime),
).map(runtimeId);
const isInBrowser = (runtime) => BROWSER_RUNTIMES.includes(runtime);

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

/** Of each runtime the samples that were compared, or what came of it; – where the passport is older than the runtime. */
function runtimesRow(name) {
  const { parity, rewrites } = read(name, "model.passport.json");
  const of = (id) => parity.cells.filter((cell) => columnOf(cell) === id);
  const shown = (cells) => {
    const other = cells.find(({ status }) => status !== "pass");
    if (cells.length === 0) return "–";
    return other ? other.status : formatCount(Math.min(...cells.map(({ samples }) => samples)));
  };
  const { nodes = "–" } = rewrites
    ? { nodes: rewrites.flatMap((each) => each.nodes).join(", ") || "none" }
    : {};
  return [name, ...runtimes.map((id) => shown(of(id))), nodes];
}

/** A runtime in its browser; of older passports it was Chromium. */
function columnOf({ runtime, browser }) {
  return runtimeId({ runtime, browser: browser ?? (isInBrowser(runtime) ? DEFAULT_BROWSER : null) });
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

## On every runtime

What the passports say: how many samples each runtime was compared on and passed, or what else came of it; WebGPU without a GPU takes fewer. –: the model
was compared before this project knew the runtime; tfjs has nothing to run of a classical model. Rewritten: nodes that a runtime would compute wrongly otherwise; –: exported before that was recorded.

\`\`\`sh
npm run source scripts/models-parity.mjs     # compares all files that are there again: exit code 0
npm run source scripts/re-export.mjs NAME    # exports a model again from its weights, and renews this
\`\`\`

${markdownTable([{ title: "model" }, ...runtimes.map((title) => ({ title, numeric: true })), { title: "rewritten" }], names.map(runtimesRow))}

Networks that are "built" have no weights in git: none of them can be exported again without being trained. What their passports say is of the file that was trained and
exported for the results above; \`npm run models\` exports natively. Classical models are fitted again instead.
`;
generatedPage(page, text);
