import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, expect, it, jest } from "@jest/globals";
import { timeLimits } from "../testing.js";
import { ownScript } from "./own-script.js";

jest.setTimeout(timeLimits.programs);

const folder = mkdtempSync(join(tmpdir(), "congruent-script-"));
afterAll(() => rmSync(folder, { recursive: true }));

it("a compiled script is run as it is, even with its source beside it", () => {
  const script = join(folder, "both.js");
  for (const path of [script, join(folder, "both.ts")]) writeFileSync(path, "");
  expect(ownScript(script)).toEqual({ path: script, execArgv: [] });
  expect(ownScript(pathToFileURL(script))).toEqual({ path: script, execArgv: [] });
  expect(ownScript(pathToFileURL(script).href)).toEqual({ path: script, execArgv: [] });
});

it("a script that is not compiled runs from source, and so do the packages that it imports", () => {
  writeFileSync(
    join(folder, "typed.ts"),
    `import { createRequire } from "node:module";
     const answer: number = 6 * 7;
     const core = createRequire(${JSON.stringify(import.meta.url)}).resolve("@congruent/core");
     console.log(answer, core.endsWith("/packages/core/src/index.ts"));`,
  );
  const { path, execArgv } = ownScript(join(folder, "typed.js"));
  expect(path).toBe(join(folder, "typed.ts"));
  const said = execFileSync(process.execPath, [...execArgv, path], { encoding: "utf8", cwd: folder });
  expect(said).toBe("42 true\n");
});

it("a script that is not there is left to whoever starts it", () => {
  const path = join(folder, "none.js");
  expect(ownScript(path)).toEqual({ path, execArgv: [] });
});
