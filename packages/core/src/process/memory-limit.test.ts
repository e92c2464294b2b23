import { timeLimits } from "@congruent/core/testing";
import { describe, expect, it, jest } from "@jest/globals";
import { limitMemory, residentBytes } from "./memory-limit.js";

jest.setTimeout(timeLimits.programs);

// Elsewhere the system does not tell what a process holds, and the limit is refused.
const onLinux = process.platform === "linux" ? describe : describe.skip;

onLinux("a memory limit", () => {
  it("counts what a process and its children hold", async () => {
    const before = residentBytes([process.pid]);
    const kept = Buffer.alloc(2 ** 27, 1);
    const growth = residentBytes([process.pid]) - before;
    expect(growth).toBeGreaterThan(2 ** 26);
    expect(kept.length).toBe(2 ** 27);
    // The father's family includes this process.
    expect(residentBytes([process.ppid])).toBeGreaterThan(2 ** 26);
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
