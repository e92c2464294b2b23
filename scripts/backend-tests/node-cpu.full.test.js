/**
 * The same tests through ONNX Runtime's CPU kernels: they show how reliable it is where it and the reference disagree.
 *
 * @needs backend-tests
 */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it, jest } from "@jest/globals";
import { timeLimits } from "../../packages/core/src/testing.ts";
import { readCases } from "./cases.js";
import { runNodeCpu } from "./run-node-cpu.js";

jest.setTimeout(timeLimits.programs);

const { nodeCpu } = JSON.parse(readFileSync(join(__dirname, "../../docs/backend-tests.json"), "utf8"));

it("go through node-cpu as recorded", async () => {
  const cases = readCases();
  const results = await runNodeCpu(cases.length, join(__dirname, "node-cpu-child.js"));
  const statuses = (of) =>
    cases
      .map(({ name }) => [name, of(name)])
      // Whether a machine has a locale is not a property of the runtime.
      .filter(([name]) => !/locale/.test(nodeCpu[name]?.reason ?? ""));
  const got = Object.fromEntries(cases.map(({ name }, i) => [name, results[i].status]));
  expect(statuses((name) => got[name])).toEqual(statuses((name) => nodeCpu[name]?.status ?? "passed"));
}, 300_000);
