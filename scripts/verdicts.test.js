/** The pages of docs/verdicts are generated: their numbers must be what the command gives. */

import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { basename, join } from "node:path";
import { expect, it, jest } from "@jest/globals";
import { timeLimits } from "../packages/core/src/testing.ts";

jest.setTimeout(timeLimits.programs);

const root = process.cwd();
const pages = readdirSync(join(root, "docs", "verdicts")).map((file) => basename(file, ".md"));

it.each(pages)("docs/verdicts/%s.md holds what its command gives", (name) => {
  const script = join(root, "scripts", `verdict-${name}.mjs`);
  const { status, stderr } = spawnSync("npm", ["run", "--silent", "source", script, "--", "--check"], {
    encoding: "utf8",
  });
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
});
