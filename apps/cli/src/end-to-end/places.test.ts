/** Places that cannot be written, and commands that are interrupted: a coded error, and nothing half-written. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdir, readdir, writeFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { listedProcesses, readProc } from "@congruent/core/process";
import type { ParityReport } from "@congruent/core/schemas";
import { itIf, timeLimits } from "@congruent/core/testing";
import { tinyClassifier } from "@congruent/onnx/testing";
import { beforeAll, describe, expect, it, jest } from "@jest/globals";
import { execa } from "execa";
import { bin } from "../testing/bin.js";
import { commandLine } from "../testing/command-line.js";

jest.setTimeout(timeLimits.programs);

const { at, expectError } = commandLine();
const onPosix = itIf(process.platform !== "win32", "Windows has no such limits and signals");
const asked = ["parity", "tiny.onnx", "--inputs", "random", "--runtimes", "reference,node-cpu"];

beforeAll(async () => {
  await writeFile(at("tiny.onnx"), tinyClassifier().bytes);
  await writeFile(at("file"), "");
});

describe("parity", () => {
  it.each([
    ["--report", "file/report.json"],
    ["--repro", "file/repro"],
  ])("refuses a place that cannot be written before anything runs: %s", async (option, place) => {
    const stderr = await expectError([...asked, option, place], "E_WRITE", 2);
    expect(stderr).toContain("one of the folders in the path is a file");
    expect(stderr).not.toContain("node-cpu");
  });

  onPosix("leaves no half of a report on a disk that is too small for it", async () => {
    await mkdir(at("small"));
    const program = [process.execPath, ...bin, ...asked, "--samples", "2", "--report", "small/report.html"];
    // In blocks of 512 bytes: a page takes 30 KB.
    const { exitCode, stdout, stderr } = await execa(
      "sh",
      ["-c", 'ulimit -f 48; exec "$@"', "sh", ...program],
      {
        cwd: at(),
        reject: false,
      },
    );
    expect({ exitCode, stderr }).toEqual({
      exitCode: 2,
      stderr: expect.stringMatching(/error E_WRITE: could not write small\/report\.html: it is larger than/),
    });
    expect(stderr).not.toMatch(/^\s+at /m);
    expect(await readdir(at("small"))).toEqual([]);
    // What was computed is not lost with the page.
    expect(stdout).toContain("node-cpu");
  });

  it("says that temporary files cannot be written, and fails no runtime for it", async () => {
    const program = [...bin, ...asked, "--samples", "2", "--json"];
    const { exitCode, stdout, stderr } = await execa(process.execPath, program, {
      cwd: at(),
      env: { TMPDIR: at("file") },
      reject: false,
    });
    expect(stderr).not.toMatch(/E_INTERNAL|^\s+at /m);
    const { verdict, cells } = JSON.parse(stdout) as ParityReport;
    expect({ exitCode, verdict }).toEqual({ exitCode: 1, verdict: "inconclusive" });
    expect(cells.find(({ runtime }) => runtime === "node-cpu")).toMatchObject({
      status: "unavailable",
      reason: expect.stringMatching(/^temporary files cannot be written/),
      fix: expect.stringContaining("TMPDIR"),
    });
  });

  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    onPosix(`that ${signal} ends in the middle leaves no report, no trace and no process`, async () => {
      const report = at(`${signal}.json`);
      // As many samples as nobody waits for.
      const args = [...asked, "--samples", "300000", "--reference-time", "60", "--report", report];
      // What they have in their environment tells its processes from all others.
      const env = { ...process.env, CONGRUENT_TEST_REPORT: report };
      const marked = () =>
        listedProcesses().filter(({ pid }) =>
          readProc(pid, "environ").includes(`CONGRUENT_TEST_REPORT=${report}`),
        );
      const child = spawn(process.execPath, [...bin, ...args], {
        ...{ cwd: at(), env, stdio: ["ignore", "pipe", "pipe"] },
      });
      let said = "";
      child.stderr.on("data", (part: Buffer) => {
        said += part.toString();
      });
      while (!said.includes("reference …")) await once(child.stderr, "data");
      if (process.platform === "linux") expect(marked()).not.toEqual([]);
      child.kill(signal);
      await once(child, "exit");
      expect(child.signalCode).toBe(signal);
      expect(said).not.toMatch(/^\s+at /m);
      expect(existsSync(report)).toBe(false);
      // What ends its children sees their end a moment later.
      for (let tries = 0; tries < 50 && marked().length > 0; tries++) await sleep(100);
      expect(marked()).toEqual([]);
    });
  }
});
