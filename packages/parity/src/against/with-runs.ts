/** Files made from one model, run on one runtime on the model's inputs. */
import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { CongruentError, type RuntimeId } from "@congruent/core";
import { temporaryFolder } from "@congruent/core/files";
import { encodeModel, expose, type ModelProto } from "@congruent/onnx";
import { withPartRunner } from "../bisect/part-runner.js";
import { prepareJob } from "../prepare-job.js";
import { runOnMachine } from "../run-on-machine.js";
import type { ParityOptions } from "../run-parity.js";
import { firstSamples, sampleCount, type Tensors } from "../runner.js";
import { runnerOf, runners } from "../runners/index.js";

export interface RunsOptions extends Pick<ParityOptions, "inputs" | "webApp" | "limits" | "threads"> {
  runtime: RuntimeId;
}

export interface Runs {
  /** What a file gives of all samples; null where the runtime breaks on it. */
  outputs(model: ModelProto): Promise<Tensors | null>;
  /**
   * Values in the model on the first samples, run at once.
   *
   * @throws CongruentError `E_CALIBRATION_RUN` where the runtime breaks
   */
  values(names: readonly string[], samples: number): Promise<Tensors>;
}

/**
 * @throws CongruentError what the inputs lack; exit 3 for a runtime that is absent
 */
export async function withRuns<T>(
  model: ModelProto,
  options: RunsOptions,
  work: (runs: Runs) => Promise<T>,
): Promise<T> {
  const runner = runnerOf(options.runtime, runners);
  const { job } = prepareJob(model, options);
  const { inputs, batching, ...shared } = job;
  const own = { ...shared, layersDirectory: null };
  const folder = await temporaryFolder("runs");
  let count = 0;
  const outputs = async (file: ModelProto) => {
    const modelPath = join(folder, `${count++}.onnx`);
    await writeFile(modelPath, encodeModel(file));
    try {
      const { result } = await runOnMachine(runner, { ...own, inputs, batching, modelPath, cap: null });
      return result.outputs;
    } catch (error) {
      if (error instanceof CongruentError && (error.exit === 3 || error.code === "E_INTERRUPTED"))
        throw error;
      return null;
    } finally {
      await rm(modelPath, { force: true });
    }
  };
  const feeds = (samples: number) =>
    batching.mode === "once"
      ? inputs
      : firstSamples(
          inputs,
          batching.mode === "fixed" ? batching.size : Math.min(samples, sampleCount(inputs, batching)),
        );
  try {
    return await withPartRunner(runner, own, (parts) =>
      work({
        outputs,
        async values(names, samples) {
          const given = feeds(samples);
          const inner = names.filter((name) => !given[name]);
          const ran = await parts.attempt(expose(model, inner), given);
          if (ran.broken) throw broken(options.runtime, ran.broken.what);
          return Object.fromEntries(names.map((name) => [name, (given[name] ?? ran.outputs[name]) as never]));
        },
      }),
    );
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function broken(runtime: RuntimeId, what: string): CongruentError {
  return new CongruentError({
    code: "E_CALIBRATION_RUN",
    what: `${runtime} does not run the model on the calibration data: ${what}`,
    expected: "data that the model takes",
    fix: "give other data, or look what is wrong: congruent parity MODEL.onnx",
  });
}
