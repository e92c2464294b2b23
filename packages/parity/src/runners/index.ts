/** Every runner, in the order of a report's rows. */
import {
  type BrowserRuntime,
  type NodeOrtRuntime,
  type OwnRuntime,
  RUNTIMES_IN_BROWSERS,
  type RuntimeId,
  type RuntimeInBrowser,
  runtimeDefinition,
  runtimeId,
  unknownName,
} from "@congruent/core";
import type { Runner } from "../runner.js";
import { browserRunner } from "./browser-runner.js";
import { nodeRunner } from "./node-runner.js";
import { recorded } from "./recorded.js";
import { reference } from "./reference.js";
import { tfjs } from "./tfjs.js";

/** The runtimes that are not ONNX Runtime have runners of their own; the others follow from their definition. */
const own: Readonly<Record<OwnRuntime, Runner>> = { recorded: recorded(null), reference, tfjs };

export const runners: readonly Runner[] = RUNTIMES_IN_BROWSERS.map(makeRunner);

/** @throws CongruentError `E_RUNTIME_NAME` where the list lacks it */
export function runnerOf(id: RuntimeId, list: readonly Runner[] = runners): Runner {
  const runner = list.find((each) => runtimeId(each) === id);
  if (runner) return runner;
  throw unknownName(id, list.map(runtimeId), { kind: "runtime", code: "E_RUNTIME_NAME" });
}

function makeRunner({ runtime, browser }: RuntimeInBrowser): Runner {
  if (browser !== null) return browserRunner(runtime as BrowserRuntime, browser);
  if (runtimeDefinition(runtime).ort === null) return own[runtime as OwnRuntime];
  return nodeRunner(runtime as NodeOrtRuntime);
}
