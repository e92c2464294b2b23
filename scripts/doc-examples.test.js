/**
 * Executes the examples in docstrings: `expr; // => value` holds, or the test says what came instead. An example may
 * use, without importing it, all that its own module, its package, @congruent/core, its schemas and @congruent/onnx export. One fenced as
 * `ts no-run` (it needs a data set, a browser …) is only parsed.
 *
 * No file is left out: one that Jest cannot load fails here, until its examples are `ts no-run`.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
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
      return {
        package: name,
        folder,
        title: `${name}/${stem}`,
        text,
        tsx,
        path: join(src, file),
        examples: findExamples(text, { tsx }),
      };
    });
}

async function scopeOf({ folder, path }) {
  const index = join(folder, "src", "index.ts");
  return {
    ...(await import("../packages/core/src/index.ts")),
    ...(await import("../packages/core/src/schemas/index.ts")),
    ...(await import("../packages/onnx/src/index.ts")),
    ...(existsSync(index) ? await import(index) : {}),
    ...(await import(path)),
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
    const exported = await import(join(folder, "src", "index.ts"));
    const shown = examples.filter((example) => example.package === name && example.declaration in exported);
    expect(shown.filter(({ title }) => !executed.has(title)).map(({ title }) => title)).toStrictEqual([]);
  });
});
