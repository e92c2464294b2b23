import { Child, howItEnded } from "../../packages/core/src/process/index.ts";
import { FROM_SOURCE } from "../set-up/javascript.mjs";

/** No single test takes so long. */
const SILENCE_MS = 60_000;

/**
 * All tests through ONNX Runtime's CPU kernels, in a child process that is started again after the test that ended it.
 *
 * @param {number} count how many tests there are
 * @param {string} child path of node-cpu-child.js
 * @returns {Promise<{ status: "passed" | "failed" | "skipped", reason?: string }[]>}
 */
export async function runNodeCpu(count, child) {
  const results = [];
  while (results.length < count) {
    const how = await runFrom(child, results);
    if (results.length < count) results.push({ status: "failed", reason: `the process ${how}` });
  }
  return results;
}

/** Fills `results` from where they end, until the child does. */
async function runFrom(script, results) {
  let timer;
  const wait = () => {
    clearTimeout(timer);
    timer = setTimeout(() => child.kill("timeout"), SILENCE_MS);
  };
  const child = new Child({
    script,
    nodeOptions: FROM_SOURCE,
    env: { ORT_DISABLE_TELEMETRY: "1" },
    messages: "ipc",
    onMessage({ index, result }) {
      results[index] = result;
      wait();
    },
  });
  wait();
  child.send(results.length);
  const ending = await child.ended;
  clearTimeout(timer);
  return ending.endedBy === "timeout" ? "did not answer" : howItEnded(ending);
}
