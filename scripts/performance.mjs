/**
 * `npm run performance [-- --rounds N]`: measures training against tfjs, Keras and PyTorch, the sprint and inference, and writes what came out
 * into docs/: the tables into performance.md, between their marks, the data beside it, the figure into images/.
 * Half an hour on two cores; nothing else should run meanwhile.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { foreground } from "./set-up/child.mjs";
import { main } from "./set-up/failure.mjs";
import { projectEnvironment, root } from "./set-up/javascript.mjs";
import { setUp } from "./setup.mjs";

const PAGE = join(root, "docs", "performance.md");
const FIGURE = "![Time of a training step with each trainer](images/step-times.svg)";

const temporary = mkdtempSync(join(tmpdir(), "congruent-performance-"));
const markdown = (name) => join(temporary, `${name}.md`);
const data = (name) => join(root, "docs", "performance", `${name}.json`);

/** Puts what a command wrote between `<!-- NAME -->` and `<!-- end of NAME -->`. */
export function between(page, name, content) {
  const marks = new RegExp(`(<!-- ${name} -->\n)[\\s\\S]*?(<!-- end of ${name} -->)`);
  if (!marks.test(page)) throw new Error(`docs/performance.md has no place for ${name}`);
  return page.replace(marks, (_, begin, end) => `${begin}\n${content.trim()}\n\n${end}`);
}

async function measure(name, args, figure = "") {
  const command = `npx congruent ${args.join(" ")}`;
  const reports = [data(name), markdown(name)].flatMap((file) => ["--report", file]);
  const cli = join(root, "apps", "cli", "bin", "congruent.js");
  const code = await foreground(process.execPath, [cli, ...args, ...reports], {
    cwd: root,
    env: projectEnvironment(),
  });
  // 1: a trainer failed, which the tables say; anything worse has written none.
  if (code > 1) return code;
  const written = readFileSync(markdown(name), "utf8");
  const [title, ...rest] = written.split("\n");
  const section = [title, "", "```sh", command, "```", "", ...(figure ? [figure, ""] : []), ...rest].join(
    "\n",
  );
  writeFileSync(PAGE, between(readFileSync(PAGE, "utf8"), name, section));
  return code;
}

await main(
  async () => {
    await setUp({});
    const given = process.argv.slice(2).filter((arg) => arg !== "--verbose");
    const image = join(root, "docs", "images", "step-times.svg");
    try {
      const rounds = given.length > 0 ? given : ["--rounds", "7"];
      const trained = await measure("train", ["bench", "train", ...rounds, "--figure", image], FIGURE);
      if (trained > 1) return trained;
      const sprinted = await measure("sprint", ["bench", "sprint"]);
      if (sprinted > 1) return sprinted;
      const inferred = await measure("infer", [
        "bench",
        "infer",
        "models/lenet/model.onnx",
        "--max-ratio",
        "1.2",
      ]);
      return Math.max(trained, sprinted, inferred);
    } finally {
      rmSync(temporary, { recursive: true, force: true });
    }
  },
  { verbose: process.argv.includes("--verbose") },
);
