/**
 * Executes the examples in docstrings: `expr; // => value` holds, or the test says what came instead. An example may
 * use, without importing it, all that its own module, its package, @congruent/core and @congruent/onnx export. One fenced as
 * `ts no-run` (it needs a data set, a browser …) is only parsed.
 *
 * No file is left out: one that Jest cannot load fails here, until its examples are `ts no-run`.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { describe, expect, it } from "@jest/globals";
import { compileExample, valueOfPromise } from "./doc-examples/compile-example.js";
import { findExamples } from "./doc-examples/find-examples.js";

const root = join(__dirname, "..");
const packages = readdirSync(join(root, "packages")).map((name) => ({
  name,
  folder: join(root, "packages", name),
}));
const sources = [...packages, { name: "cli", folder: join(root, "apps", "cli") }].flatMap(sourcesOf);
const examples = sources.flatMap((source) =>
  source.examples.map((example) => ({ ...source, ...example, title: `${source.title}: ${example.symbol}` })),
);
const executed = new Set();

function sourcesOf({ name, folder }) {
  const src = join(folder, "src");
  return readdirSync(src, { recursive: true })
    .filter((file) => /\.tsx?$/.test(file) && !/\.test\.tsx?$|\.d\.ts$|(^|\/)generated\//.test(file))
    .sort()
    .map((file) => {
      const text = readFileSync(join(src, file), "utf8");
      const tsx = file.endsWith(".tsx");
      const stem = file.replace(/\.tsx?$/, "");
      const compiled = join(folder, "dist", `${stem}.js`);
      return {
        package: name,
        folder,
        title: `${name}/${stem}`,
        text,
        tsx,
        compiled,
        examples: findExamples(text, { tsx }),
      };
    });
}

async function exportsOf(compiled) {
  if (existsSync(compiled)) return import(compiled);
  throw new Error(`${relative(root, compiled)} is not there: build first`);
}

async function scopeOf({ folder, compiled }) {
  const index = join(folder, "src", "index.ts");
  return {
    ...(await exportsOf(join(root, "packages", "core", "dist", "index.js"))),
    ...(await exportsOf(join(root, "packages", "onnx", "dist", "index.js"))),
    ...(existsSync(index) ? await exportsOf(join(folder, "dist", "index.js")) : {}),
    ...(await exportsOf(compiled)),
  };
}

describe("examples in docstrings", () => {
  it.each(examples)("$title", async (example) => {
    if (example.problem) throw new Error(example.problem);
    const { promises, run } = compileExample(example.code, example);
    executed.add(example.title);
    if (!example.runs) return;
    if (promises.length === 0) throw new Error("the example shows no value: end a line with `; // => value`");
    const checked = [];
    await run(await scopeOf(example), (index, received) => {
      const promise = promises[index];
      // With the expression as key, a failure shows which line of the example it is.
      expect({ [promise.text]: received }).toStrictEqual({ [promise.text]: valueOfPromise(promise) });
      checked.push(index);
    });
    expect(checked).toStrictEqual([...promises.keys()]);
  });

  it("are all found", () => {
    const marked = sources.map(({ title, text }) => [title, text.match(/@example\b/g)?.length ?? 0]);
    expect(sources.map(({ title, examples: found }) => [title, found.length])).toStrictEqual(marked);
  });

  it.each(packages)("are executed for all that $name exports", async ({ name, folder }) => {
    const exported = await exportsOf(join(folder, "dist", "index.js"));
    const shown = examples.filter((example) => example.package === name && example.declaration in exported);
    expect(shown.filter(({ title }) => !executed.has(title)).map(({ title }) => title)).toStrictEqual([]);
  });
});
