import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { timeLimits } from "@congruent/core/testing";
import { afterAll, describe, expect, it, jest } from "@jest/globals";
import { CongruentError } from "../errors.js";
import { runProcess } from "./run-process.js";
import { isGone } from "./testing/is-gone.js";

jest.setTimeout(timeLimits.programs);

const folder = mkdtempSync(join(tmpdir(), "congruent-process-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("runProcess", () => {
  it("tells output, exit code and the order of both streams", async () => {
    const result = await runProcess({ command: "sh", args: ["-c", "echo one; echo two >&2; exit 3"] });
    expect(result).toMatchObject({ exitCode: 3, signal: null, endedBy: null, startError: null });
    expect(result.stdout).toBe("one\n");
    expect(result.stderr).toBe("two\n");
  });

  it("ends the whole group when the time is over, grandchildren included", async () => {
    const result = await runProcess({
      command: "sh",
      args: ["-c", "sleep 600 & echo $!; wait"],
      timeoutMs: 500,
    });
    expect(result).toMatchObject({ endedBy: "timeout", exitCode: null });
    expect(await isGone(Number(result.stdout))).toBe(true);
  });

  it("ends the whole group when it is aborted, before or while it runs", async () => {
    const controller = new AbortController();
    const running = runProcess({
      command: "sh",
      args: ["-c", "sleep 60 & echo $!; wait"],
      signal: controller.signal,
      onLine: () => controller.abort(),
    });
    const result = await running;
    expect(result).toMatchObject({ endedBy: "abort", signal: "SIGKILL" });
    expect(await isGone(Number(result.stdout))).toBe(true);
    const late = await runProcess({ command: "sleep", args: ["60"], signal: AbortSignal.abort() });
    expect(late).toMatchObject({ endedBy: "abort", exitCode: null });
  });

  it("says why a program cannot be started", async () => {
    const result = await runProcess({ command: join(folder, "no-such-program"), args: [] });
    expect(result).toMatchObject({ startError: "ENOENT", exitCode: null });
  });

  it("hands on standard input, keeps a log, and reports lines that rewrite themselves", async () => {
    const lines: string[] = [];
    const logFile = join(folder, "deep", "run.log");
    const result = await runProcess({
      command: "sh",
      args: ["-c", "cat; printf '10%%\\r20%%\\rdone'"],
      input: "from the parent\n",
      logFile,
      onLine: (line) => lines.push(line),
    });
    expect(lines).toEqual(["from the parent", "10%", "20%", "done"]);
    expect(readFileSync(logFile, "utf8")).toBe(result.all);
  });

  it("refuses a log that cannot be written", async () => {
    const occupied = join(folder, "occupied");
    writeFileSync(occupied, "");
    for (const logFile of [join(occupied, "run.log"), folder]) {
      const refused = runProcess({ command: "true", args: [], logFile });
      await expect(refused).rejects.toBeInstanceOf(CongruentError);
      await expect(refused).rejects.toMatchObject({ code: "E_WRITE" });
    }
  });

  it("ends a program that prints more than is kept", async () => {
    const result = await runProcess({ command: "sh", args: ["-c", "yes $(printf %09000d 0)"] });
    expect(result).toMatchObject({ endedBy: "output", exitCode: null });
  });
});
