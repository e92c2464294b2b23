import { spawn } from "node:child_process";
import { once } from "node:events";
import { describeIf, timeLimits } from "@congruent/core/testing";
import { expect, it, jest } from "@jest/globals";
import { limitMemory, residentBytes } from "./memory-limit.js";

jest.setTimeout(timeLimits.programs);

// Elsewhere the system does not tell what a process holds, and the limit is refused.
const onLinux = describeIf(process.platform === "linux", "only Linux tells what a process holds");

onLinux("a memory limit", () => {
  it("counts what a process and its children hold", async () => {
    // A new process: one that has run other tests may take memory that it already holds.
    const program = `process.stdin.once("data", () => {
      globalThis.kept = Buffer.alloc(2 ** 27, 1);
      process.stdout.write("kept");
    });
    process.stdout.write("ready");`;
    const child = spawn(process.execPath, ["-e", program], { stdio: ["pipe", "pipe", "inherit"] });
    try {
      const pids = [child.pid as number];
      await once(child.stdout, "data");
      const before = residentBytes(pids);
      child.stdin.write("now");
      await once(child.stdout, "data");
      const after = residentBytes(pids);
      expect(after - before).toBeGreaterThan(2 ** 26);
      // The parent's family includes the child.
      expect(residentBytes([process.pid])).toBeGreaterThan(after);
    } finally {
      child.kill();
    }
  });

  it("counts nothing for processes that have ended", async () => {
    expect(residentBytes([2 ** 30])).toBe(0);
  });

  it("stops looking when told to", async () => {
    const limit = limitMemory(1, async () => [process.pid]);
    limit.stop();
    const silence = new Promise((resolve) => setTimeout(resolve, 400, "silence"));
    await expect(Promise.race([limit.exceeded, silence])).resolves.toBe("silence");
  });
});
