/** @needs tensorflow */

import { spawnSync } from "node:child_process";
import { ownScript } from "@congruent/core/process";
import { timeLimits } from "@congruent/core/testing";
import { expect, it, jest } from "@jest/globals";

jest.setTimeout(timeLimits.training);

const CHILD = ownScript(new URL("../testing/free-on-other-threads.js", import.meta.url));

// With tfjs-node's own header it dies of a damaged heap within these rounds, wherever two threads get a processor each.
it("lives when TensorFlow's threads drop the last references to typed arrays", () => {
  const args = [...CHILD.execArgv, CHILD.path, "4000"];
  const { status, signal } = spawnSync(process.execPath, args, { stdio: "ignore" });
  expect({ status, signal }).toEqual({ status: 0, signal: null });
});
