import { spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, describe, expect } from "@jest/globals";
import { itIf } from "../testing.js";
import { ownScript } from "./own-script.js";
import { isRunning } from "./process-tree.js";

const pids: number[] = [];
afterEach(() => {
  for (const pid of pids.splice(0)) if (isRunning(pid)) process.kill(pid, "SIGKILL");
});

async function gone(pid: number): Promise<boolean> {
  for (let tries = 0; tries < 100 && isRunning(pid); tries++) await sleep(50);
  return !isRunning(pid);
}

const onPosix = itIf(process.platform !== "win32", "Windows has no process groups");

/** Starts a process that adopts another one. @returns both, the adopted one by its number */
async function started(...args: string[]) {
  const { path, execArgv } = ownScript(new URL("./testing/adopting-child.js", import.meta.url));
  const parent = spawn(process.execPath, [...execArgv, path, ...args], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [printed] = (await once(parent.stdout, "data")) as [Buffer];
  const pid = Number(printed.toString());
  pids.push(pid);
  expect(isRunning(pid)).toBe(true);
  return { parent, pid };
}

describe("a process that a library has started", () => {
  for (const signal of ["SIGKILL", "SIGTERM"] as const) {
    onPosix(`ends with the process that adopted it, which ${signal} ends`, async () => {
      const { parent, pid } = await started();
      parent.kill(signal);
      expect(await gone(pid)).toBe(true);
    });
  }

  for (const signal of ["SIGKILL", "SIGTERM"] as const) {
    onPosix(`ends with a process that ${signal} ends while the library is still starting it`, async () => {
      const { parent, pid } = await started("starting");
      parent.kill(signal);
      expect(await gone(pid)).toBe(true);
    });
  }

  onPosix("ends where the library fails to start it", async () => {
    const { parent, pid } = await started("failing");
    expect(await gone(pid)).toBe(true);
    expect(parent.exitCode).toBeNull();
    parent.kill("SIGKILL");
  });

  onPosix("outlives it once it has been released", async () => {
    const { parent, pid } = await started("released");
    parent.kill("SIGTERM");
    await once(parent, "exit");
    await sleep(300);
    expect(isRunning(pid)).toBe(true);
  });
});
