/** Runs a job, and tells what the machine broke from what the model broke. */
import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { CongruentError, messageOf, runtimeDefinition, runtimeId, tensor } from "@congruent/core";
import { temporaryFolder } from "@congruent/core/files";
import { encodeModel, makeGraph, makeModel, makeNode, makeTensorValueInfo } from "@congruent/onnx";
import { isDeviceLost } from "./machine-limit.js";
import type { Runner, RunnerJob, RunnerResult } from "./runner.js";

/** A result, and what a report should say of how it came about; null for nothing. */
export interface MachineRun {
  result: RunnerResult;
  note: string | null;
}

/**
 * Runs a job; once more where its GPU's device was lost, as a driver's reset passes. Where it crashes, or the device is lost again, the runtime
 * is given one addition: if that breaks it as well, no model is at fault.
 *
 * @throws CongruentError `E_MACHINE_BREAKS` where one addition breaks it too; `E_DEVICE_LOST` where this model alone lost the device twice;
 * every other error as the runner gives it
 */
export async function runOnMachine(runner: Runner, job: RunnerJob): Promise<MachineRun> {
  try {
    return { result: await runner.run(job), note: null };
  } catch (error) {
    if (isCrash(error)) throw (await brokenMachine(runner, job, error)) ?? error;
    if (!isDeviceLost(error)) throw error;
    const again = await runner.run(job).then(
      (result) => ({ result }),
      (second: unknown) => ({ second }),
    );
    if ("result" in again) {
      const note = `${runtimeId(runner)} lost its device (${messageOf(error)}), and was run again`;
      return { result: again.result, note };
    }
    const { second } = again;
    if (!isDeviceLost(second) && !isCrash(second)) throw second;
    throw (await brokenMachine(runner, job, second)) ?? lostTwice(second);
  }
}

function isCrash(error: unknown): boolean {
  return error instanceof CongruentError && error.code === "E_CRASH";
}

/** A crash after a loss is what the loss did. */
function lostTwice(error: unknown): CongruentError {
  return new CongruentError({
    code: "E_DEVICE_LOST",
    what: `its device was lost in two of two tries, and not by one addition: ${messageOf(error)}`,
    fix: "give it fewer samples at a time (--batch-size), or look at the GPU's driver and memory",
    cause: error,
  });
}

/** The error of a runtime that one addition breaks as well; null where it computes it, and for what runs no ONNX file. */
async function brokenMachine(runner: Runner, job: RunnerJob, error: unknown): Promise<CongruentError | null> {
  if (runtimeDefinition(runner.runtime).ort === null) return null;
  // What cannot be tried excuses nothing.
  const folder = await temporaryFolder("addition").catch(() => null);
  if (folder === null) return null;
  try {
    const modelPath = join(folder, "addition.onnx");
    await writeFile(modelPath, encodeModel(ADDITION));
    const inputs = { x: tensor("float32", Float32Array.of(1, 2, 3, 4), [4]) };
    const batching = { mode: "once" } as const;
    await runner.run({ ...job, modelPath, inputs, batching, layersDirectory: null, cap: null });
    return null;
  } catch (second) {
    if (!isCrash(second) && !isDeviceLost(second)) return null;
    return new CongruentError({
      code: "E_MACHINE_BREAKS",
      what: `it breaks on this machine whatever the model, at one addition too: ${messageOf(error)}`,
      fix: "mend the driver or the installation, or leave the runtime out",
      cause: error,
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const ADDITION = makeModel(
  makeGraph(
    [makeNode("Add", ["x", "x"], ["y"])],
    "addition",
    [makeTensorValueInfo("x", "float32", [4])],
    [makeTensorValueInfo("y", "float32", [4])],
  ),
  { opset: 13 },
);
