import { fork } from "node:child_process";
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
function runFrom(script, results) {
  return new Promise((resolve, reject) => {
    const env = { ...process.env, ORT_DISABLE_TELEMETRY: "1" };
    const child = fork(script, [], {
      stdio: ["ignore", "ignore", "ignore", "ipc"],
      execArgv: FROM_SOURCE,
      env,
    });
    let timer;
    let silent = false;
    const wait = () => {
      clearTimeout(timer);
      timer = setTimeout(() => {
        silent = true;
        child.kill("SIGKILL");
      }, SILENCE_MS);
    };
    wait();
    child.on("message", ({ index, result }) => {
      results[index] = result;
      wait();
    });
    child.once("error", reject);
    child.once("exit", (code, signal) => {
      clearTimeout(timer);
      resolve(silent ? "did not answer" : signal ? `was ended by ${signal}` : `ended with status ${code}`);
    });
    child.send(results.length);
  });
}
