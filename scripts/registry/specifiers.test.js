import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { filesOf, withPaths } from "./specifiers.mjs";

const core = {
  name: "@congruent/core",
  exports: {
    ".": { "@congruent/source": "./src/index.ts", types: "./dist/index.d.ts", default: "./dist/index.js" },
    "./files": { default: "./dist/files.js" },
  },
};
const files = new Map(filesOf(core, "packages/core"));

describe("own packages within one", () => {
  it("are known by every subpath, and by their manifest", () => {
    expect(Object.fromEntries(files)).toEqual({
      "@congruent/core": "packages/core/dist/index.js",
      "@congruent/core/files": "packages/core/dist/files.js",
      "@congruent/core/package.json": "packages/core/package.json",
    });
  });

  it("are imported by their path, in whatever form; other text stays", () => {
    const text = [
      `import { a } from "@congruent/core";`,
      `export * from '@congruent/core/files';`,
      `const b = await import("@congruent/core/files");`,
      `require.resolve("@congruent/core/package.json");`,
      `const told = "install @congruent/core"; const other = "@congruent/nothing";`,
    ].join("\n");
    expect(withPaths(text, "packages/cli/dist/verbs/a.js", files)).toBe(
      [
        `import { a } from "../../../core/dist/index.js";`,
        `export * from '../../../core/dist/files.js';`,
        `const b = await import("../../../core/dist/files.js");`,
        `require.resolve("../../../core/package.json");`,
        `const told = "install @congruent/core"; const other = "@congruent/nothing";`,
      ].join("\n"),
    );
  });

  it("are found by Node from wherever the file lies", async () => {
    const folder = mkdtempSync(join(tmpdir(), "specifiers-"));
    const write = (path, text) => {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    };
    try {
      for (const [specifier, path] of files) write(path, `{ "names": ${JSON.stringify(specifier)} }`);
      const name = fc.stringMatching(/^[a-z]{1,6}$/);
      const place = fc.array(name, { minLength: 1, maxLength: 5 });
      await fc.assert(
        fc.asyncProperty(place, fc.constantFrom(...files.keys()), async (folders, specifier) => {
          const path = `packages/${folders.join("/")}.js`;
          const [, to] = /"(.*)"/.exec(withPaths(`"${specifier}"`, path, files));
          const found = new URL(to, pathToFileURL(join(folder, path)));
          expect(to).toMatch(/^\.\.?\//);
          expect(found.href).toBe(pathToFileURL(join(folder, files.get(specifier))).href);
        }),
        { numRuns: 100 },
      );
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
