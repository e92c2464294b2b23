import { tensor } from "@congruent/core";
import { cureSchema } from "@congruent/core/schemas";
import { timeLimits } from "@congruent/core/testing";
import { describe, expect, it, jest } from "@jest/globals";
import fc from "fast-check";
import { bisect } from "../bisect/bisect.js";
import { soundRunner, testModels } from "../bisect/testing/index.js";
import type { Runner, RunnerJob } from "../runner.js";
import { OPTIMIZERS } from "./candidates.js";
import { findCure } from "./find-cure.js";

jest.setTimeout(timeLimits.programs);

const made = testModels.mlp();
const job: RunnerJob = {
  modelPath: "model.onnx",
  layersDirectory: null,
  webApp: null,
  inputs: made.inputs,
  batching: { mode: "once" },
  cap: null,
  timeoutMs: 60_000,
};

/** A runtime that is right where `right` says so, and takes `ms`. */
function pretending(
  runtime: "node-cpu" | "node-webgpu",
  right: (job: RunnerJob) => boolean,
  ms: (job: RunnerJob) => number,
): Runner {
  return {
    runtime,
    browser: null,
    run: async (given) => ({
      outputs: { y: tensor("float32", Float32Array.of(right(given) ? 1 : 2), [1]) },
      samples: 1,
      versions: {},
      adapter: null,
      seconds: ms(given) / 1000,
    }),
  };
}

async function cureOf(runner: Runner) {
  const found = await bisect({ ...made, runner: soundRunner, job });
  const [node] = made.model.graph?.node ?? [];
  const wrong = {
    node: node?.name ?? "",
    opType: node?.opType ?? "",
    index: 0,
    output: "",
    maxAbs: 1,
    bound: 0,
    ratio: 1,
    why: "",
    at: null,
    expected: 1,
    observed: 2,
  };
  const cure = await findCure({
    cell: { samples: 1 },
    runner,
    job,
    judge: ({ outputs }) => ({ status: outputs.y?.data[0] === 1 ? "pass" : "fail", reason: "y is 2" }),
    bisect: { ...found, isolated: { ...found.isolated!, wrong: [wrong] } },
    model: made.model,
  });
  return cureSchema.parse(cure);
}

const disabledIn = ({ session }: RunnerJob) =>
  session?.config["optimization.disable_specified_optimizers"]?.split(";") ?? [];

describe("findCure", () => {
  it("finds the one optimizer that is at fault, whichever it is", async () => {
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...OPTIMIZERS), async (name) => {
        const right = (given: RunnerJob) =>
          given.optimization === "basic" || disabledIn(given).includes(name);
        // Less optimization costs more than to do without one optimizer.
        const cure = await cureOf(
          pretending("node-cpu", right, ({ optimization }) => (optimization === "basic" ? 40 : 10)),
        );
        expect(cure.best?.what).not.toBe("optimization basic");
        expect(cure.trials.at(-1)?.session.config).toEqual({
          "optimization.disable_specified_optimizers": name,
        });
      }),
      { numRuns: 10, seed: 1 },
    );
  });

  it("takes the cheapest of what cures, as options of ONNX Runtime", async () => {
    const right = ({ session }: RunnerJob) => Object.keys(session?.provider ?? {}).length > 0;
    const ms = ({ session }: RunnerJob) => (session?.provider.forceCpuNodeNames ? 5 : 20);
    const cure = await cureOf(pretending("node-webgpu", right, ms));
    const name = made.model.graph?.node[0]?.name;
    expect(cure.best).toMatchObject({ cures: true, latency: { ratio: 0.25 } });
    expect(cure.options).toEqual({ executionProviders: [{ name: "webgpu", forceCpuNodeNames: [name] }] });
  });

  it("says what was tried where nothing cures", async () => {
    const cure = await cureOf(
      pretending(
        "node-webgpu",
        () => false,
        () => 1,
      ),
    );
    expect(cure).toMatchObject({ best: null, options: null });
    expect(cure.trials.every(({ cures, reason }) => !cures && reason === "y is 2")).toBe(true);
  });
});
