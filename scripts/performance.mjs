/**
 * `npm run performance [-- SECTION… --rounds N]`: measures training against tfjs, Keras and PyTorch, the sprint, inference, export, CSV reading, the reference and
 * the tuner's own time, and writes the results into docs/: the tables into performance.md, between their marks, the data beside it, the
 * figure into images/. Half an hour on two cores; nothing else should run meanwhile. `--source` runs the sources as they are, and sets nothing up. Sections: train, sprint, infer, export, csv, reference, tuner.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { capture, foreground } from "./set-up/child.mjs";
import { Failure, main } from "./set-up/failure.mjs";
import { FROM_SOURCE, projectEnvironment, root } from "./set-up/javascript.mjs";
import { setUp } from "./setup.mjs";

const docs = join(root, "docs");
const PAGE = join(docs, "performance.md");
const FIGURE = "![Time of a training step with each trainer](images/step-times.svg)";

/** In the order of the page: each measures, writes its part of it and ends with an exit code. */
const sections = {
  train: ({ rounds }) =>
    bench("train", ["train", "--rounds", rounds, "--figure", join(docs, "images", "step-times.svg")], {
      figure: FIGURE,
    }),
  sprint: () => bench("sprint", ["sprint"]),
  infer: () => bench("infer", ["infer", "models/lenet/model.onnx", "--max-ratio", "1.2"]),
  export: ({ rounds }) =>
    bench("export", [
      ...["export", "--rounds", rounds, "--export-rounds", "2"],
      ...["--max-seconds", "1", "--max-ratio", "1.02", "--max-median", "1"],
    ]),
  csv: ({ rounds }) => bench("csv", ["csv", "--rounds", rounds]),
  reference,
  tuner,
};

/** The command line, as compiled by set-up or from source. */
const fromSource = process.argv.includes("--source");
const cli = fromSource
  ? [...FROM_SOURCE, join(root, "apps", "cli", "src", "bin.ts")]
  : [join(root, "apps", "cli", "bin", "congruent.js")];

/** The models of the section on the reference: two out of public packages, one made for it; none is kept. */
const MODELS = "packages/bench/python/reference_models.py";

async function reference({ rounds }) {
  const folder = join(root, "reference-models");
  const python = join(root, ".venv", "export", process.platform === "win32" ? "Scripts" : "bin", "python");
  try {
    const made = await foreground(python, [join(root, MODELS), folder], { cwd: root });
    if (made !== 0) return made;
    const files = ["magika", "squeezenet", "transformer"].map((name) => `reference-models/${name}.onnx`);
    const shapes = ["input_ids=2,12", "attention_mask=2,12"].flatMap((shape) => ["--shape", shape]);
    const args = ["reference", ...files, ...shapes, "--fill", "attention_mask=ones", "--rounds", rounds];
    return await bench("reference", args, { before: `.venv/export/bin/python ${MODELS} reference-models` });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Puts what was measured between `<!-- NAME -->` and `<!-- end of NAME -->`, below the command that measured it; tables aligned. */
async function write(name, { title, command, content }) {
  const page = readFileSync(PAGE, "utf8");
  const marks = new RegExp(`(<!-- ${name} -->\n)[\\s\\S]*?(<!-- end of ${name} -->)`);
  if (!marks.test(page)) throw new Error(`docs/performance.md has no place for ${name}`);
  const section = [title, "", "```sh", command, "```", "", content.trim(), ""].join("\n");
  writeFileSync(
    PAGE,
    page.replace(marks, (_, begin, end) => `${begin}\n${section}\n${end}`),
  );
  const biome = join(root, "node_modules", "@biomejs", "biome", "bin", "biome");
  await capture(process.execPath, [biome, "format", "--write", PAGE], { cwd: root });
}

/** A benchmark of the command line: its tables into the page, its data beside it. */
async function bench(name, args, { figure = "", before = "" } = {}) {
  const folder = mkdtempSync(join(tmpdir(), "congruent-performance-"));
  try {
    const markdown = join(folder, "report.md");
    const reports = [join(docs, "performance", `${name}.json`), markdown];
    const code = await foreground(
      process.execPath,
      [...cli, "bench", ...args, ...reports.flatMap((file) => ["--report", file])],
      { cwd: root, env: projectEnvironment() },
    );
    // 1: something was too slow or failed, as the tables show; after any other exit code there are no tables.
    if (code > 1) return code;
    const [title, ...rest] = readFileSync(markdown, "utf8").split("\n");
    const shown = args.map((arg) => arg.replace(`${root}/`, ""));
    await write(name, {
      title,
      command: [before, `npx congruent bench ${shown.join(" ")}`].filter((line) => line !== "").join("\n"),
      content: [figure, ...rest].join("\n"),
    });
    return code;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function tuner() {
  const script = "scripts/tuner-overhead.mjs";
  const { code, output } = await capture(process.execPath, [script], {
    cwd: root,
    env: projectEnvironment(),
  });
  process.stdout.write(output);
  if (code === 0)
    await write("tuner", {
      title: "## What the tuner takes for a trial",
      command: `node ${script}`,
      content: `\`\`\`text\n${output.trim()}\n\`\`\``,
    });
  return code;
}

await main(
  async () => {
    const { positionals, values } = parseArgs({
      allowPositionals: true,
      options: {
        rounds: { type: "string", default: "7" },
        source: { type: "boolean" },
        verbose: { type: "boolean" },
      },
    });
    const names = Object.keys(sections);
    const unknown = positionals.find((name) => !names.includes(name));
    if (unknown) {
      throw new Failure({
        code: "E_SECTION",
        what: `there is no section "${unknown}"`,
        expected: names.join(", "),
        fix: "name one of these, or none for all",
        exit: 2,
      });
    }
    if (!fromSource) await setUp({});
    let worst = 0;
    for (const name of names.filter((each) => positionals.length === 0 || positionals.includes(each))) {
      const code = await sections[name](values);
      if (code > 1) return code;
      worst = Math.max(worst, code);
    }
    return worst;
  },
  { verbose: process.argv.includes("--verbose") },
);
