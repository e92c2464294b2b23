import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, it } from "@jest/globals";

const CHILD = fileURLToPath(new URL("../testing/free-on-other-threads.js", import.meta.url));

// With tfjs-node's own header it dies of a damaged heap within these rounds, wherever two threads get a processor each.
it("lives when TensorFlow's threads drop the last references to typed arrays", () => {
  const { status, signal } = spawnSync(process.execPath, [CHILD, "4000"], { stdio: "ignore" });
  expect({ status, signal }).toEqual({ status: 0, signal: null });
});
