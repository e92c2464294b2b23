/** docs/models.md is generated; what is promoted must be in it. */

import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { expect, it, jest } from "@jest/globals";
import { timeLimits } from "../packages/core/src/testing.ts";

jest.setTimeout(timeLimits.programs);

it("docs/models.md is what models/ holds", () => {
  const script = join(process.cwd(), "scripts", "models-table.mjs");
  const { status, stderr } = spawnSync("npm", ["run", "--silent", "source", script, "--", "--check"], {
    encoding: "utf8",
  });
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
});
