import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { timeLimits } from "@congruent/core/testing";
import { afterAll, describe, expect, it, jest } from "@jest/globals";
import { runProcess, tailOf } from "./run-process.js";
import { refusal } from "./testing.js";

jest.setTimeout(timeLimits.programs);

const folder = mkdtempSync(join(tmpdir(), "congruent-process-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function isGone(pid: number): Promise<boolean> {
  for (let attempt = 0; attempt < 50; attempt += 1) {
    // A killed process without a parent that waits for it stays in the table as a zombie until init collects it.
    const state = readState(pid);
    if (state === undefined || state === "Z") return true;
    await sleep(20);
  }
  return false;
}

function readState(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return stat.slice(stat.lastIndexOf(")") + 2, stat.lastIndexOf(")") + 3);
  } catch {
    return undefined; // no such process
  }
}

describe("runProcess", () => {
  it("tells output, exit code and the order of both streams", async () => {
    const result = await runProcess({ command: "sh", args: ["-c", "echo one; echo two >&2; exit 3"] });
    expect(result).toMatchObject({ exitCode: 3, signal: null, timedOut: false, startError: null });
    expect(result.stdout).toBe("one\n");
    expect(result.stderr).toBe("two\n");
  });

  it("ends the whole group when the time is over, grandchildren included", async () => {
    const result = await runProcess({
      command: "sh",
      args: ["-c", "sleep 600 & echo $!; wait"],
      timeoutMs: 500,
    });
    expect(result).toMatchObject({ timedOut: true, exitCode: null });
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
    expect(result).toMatchObject({ aborted: true, timedOut: false, signal: "SIGKILL" });
    expect(await isGone(Number(result.stdout))).toBe(true);
    const late = await runProcess({ command: "sleep", args: ["60"], signal: AbortSignal.abort() });
    expect(late).toMatchObject({ aborted: true, exitCode: null });
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
    const error = await refusal(
      runProcess({ command: "true", args: [], logFile: join(occupied, "run.log") }),
    );
    expect(error.code).toBe("E_WRITE");
    expect(await refusal(runProcess({ command: "true", args: [], logFile: folder }))).toMatchObject({
      code: "E_WRITE",
    });
  });
});

describe("tailOf", () => {
  it("keeps the last lines", () => {
    expect(tailOf("1\n2\n3\n\n", 2)).toBe("2\n3");
  });
});
