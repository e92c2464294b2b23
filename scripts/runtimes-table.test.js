/** README.md's table of runtimes is generated; a runtime or browser that is added must be in it. */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { expect, it, jest } from "@jest/globals";
import { timeLimits } from "../packages/core/src/testing.ts";

jest.setTimeout(timeLimits.programs);

it("README.md's table of runtimes is that of packages/core", () => {
  const script = join(process.cwd(), "scripts", "runtimes-table.mjs");
  const { status, stderr } = spawnSync("npm", ["run", "--silent", "source", script, "--", "--check"], {
    encoding: "utf8",
  });
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
});
