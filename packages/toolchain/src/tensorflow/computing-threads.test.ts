/** @needs tensorflow */
import { execFileSync } from "node:child_process";
import { platform } from "node:os";
import { pathToFileURL } from "node:url";
import { ownScript } from "@congruent/core/process";
import { itIf, timeLimits } from "@congruent/core/testing";
import { expect, jest } from "@jest/globals";

jest.setTimeout(timeLimits.training);

const { path, execArgv } = ownScript(new URL("../index.js", import.meta.url));
const toolchain = pathToFileURL(path).href;

/** Threads of a process that has loaded TensorFlow, and what a child process of it would inherit. */
function threadsWith(threads: number): { all: number; inherited: string | null } {
  const program = `
    import { readdirSync } from "node:fs";
    import { loadTensorFlow } from ${JSON.stringify(toolchain)};
    await loadTensorFlow({ device: "cpu", threads: ${threads} });
    const inherited = process.env.TF_NUM_INTRAOP_THREADS ?? null;
    console.log(JSON.stringify({ all: readdirSync("/proc/self/task").length, inherited }));`;
  const { TF_NUM_INTRAOP_THREADS: _, ...env } = process.env;
  const args = [...execArgv, "--input-type=module", "--eval", program];
  return JSON.parse(
    execFileSync(process.execPath, args, { env, stdio: ["ignore", "pipe", "ignore"] }).toString(),
  );
}

const onLinux = itIf(platform() === "linux", "only Linux says how many threads a process has");

onLinux("TensorFlow gets the threads that it is loaded with, child processes the variable as it was", () => {
  const [few, many] = [threadsWith(1), threadsWith(7)];
  expect(many.all - few.all).toBe(6);
  expect([few.inherited, many.inherited]).toEqual([null, null]);
});
