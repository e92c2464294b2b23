import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect } from "@jest/globals";
import { execa } from "execa";
import { bin } from "./bin.js";

/** How a command ended, and what it wrote. */
export interface Ended {
  exitCode: number | undefined;
  stdout: string;
  stderr: string;
}

/** How a command is started. */
export interface StartOptions {
  /** Variables on top of the test's own. */
  env?: Record<string, string>;
  /** Options of Node. */
  nodeOptions?: readonly string[];
  /** Milliseconds. Default: no limit. */
  timeoutMs?: number;
  /** A folder in the command line's own. Default: that one. */
  within?: string;
}

function started(
  folder: string,
  args: readonly string[],
  { env = {}, nodeOptions = [], timeoutMs = 0, within = "." }: StartOptions,
) {
  return execa(process.execPath, [...nodeOptions, ...bin, ...args], {
    cwd: join(folder, within),
    reject: false,
    env,
    timeout: timeoutMs,
  });
}

export interface CommandLine {
  /** Its folder, or a path in it. Not before the tests run. */
  at(...path: string[]): string;
  /** Runs a command in the folder. */
  congruent(...args: string[]): Promise<Ended>;
  /** Starts a command in the folder: a process that a test watches, or ends. */
  start(args: readonly string[], options?: StartOptions): ReturnType<typeof started>;
  /** Expects one error as every command reports it: a code, a remedy, the exit code, no stack trace. @returns standard error */
  expectError(args: string[], code: string, exit: number): Promise<string>;
}

/** The command line in a folder of its own, made before the tests of the file and removed after them. */
export function commandLine(): CommandLine {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "congruent-cli-"));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  const start: CommandLine["start"] = (args, options = {}) => started(folder, args, options);

  async function congruent(...args: string[]): Promise<Ended> {
    const { exitCode, stdout, stderr } = await start(args);
    return { exitCode, stdout, stderr };
  }

  return {
    at: (...path) => join(folder, ...path),
    congruent,
    start,
    async expectError(args, code, exit) {
      const { exitCode, stdout, stderr } = await congruent(...args);
      expect({ exitCode, stderr }).toMatchObject({
        exitCode: exit,
        stderr: expect.stringContaining(`error ${code}:`),
      });
      expect(stderr).not.toMatch(/^\s+at /m);
      expect(stdout).toBe("");
      return stderr;
    },
  };
}
