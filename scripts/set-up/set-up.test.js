import { execFile, spawn } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, it, jest } from "@jest/globals";
import { timeLimits } from "../../packages/core/src/testing.ts";

jest.setTimeout(timeLimits.programs);

const folder = mkdtempSync(join(tmpdir(), "congruent-lock-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const here = (file) => fileURLToPath(new URL(file, import.meta.url));

/** Runs a program as a process of its own, as set-up runs. */
function node(args) {
  return new Promise((resolve) => {
    execFile(process.execPath, args, { encoding: "utf8" }, (error, stdout, stderr) => {
      resolve({ code: error ? error.code : 0, stdout, stderr });
    });
  });
}

const holder = (lock, body, options = "{}") => `
  import { setTimeout as sleep } from "node:timers/promises";
  import { acquireLock } from ${JSON.stringify(here("./lock.mjs"))};
  import { main } from ${JSON.stringify(here("./failure.mjs"))};
  await main(async () => {
    const release = await acquireLock(${JSON.stringify(lock)}, ${options});
    ${body}
    release();
    return 0;
  }, { verbose: false });`;

const run = (program) => node(["--input-type=module", "-e", program]);

describe("the lock", () => {
  it("lets one process in at a time", async () => {
    const lock = join(folder, "contended", "setup.lock");
    const inside = join(folder, "inside");
    // A process that holds the lock sees no mark of another.
    const body = `
      const { existsSync, rmSync, writeFileSync } = await import("node:fs");
      if (existsSync(${JSON.stringify(inside)})) throw new Error("two at once");
      writeFileSync(${JSON.stringify(inside)}, "");
      await sleep(100);
      rmSync(${JSON.stringify(inside)});`;
    const results = await Promise.all(Array.from({ length: 5 }, () => run(holder(lock, body))));
    expect(results.map((result) => result.code)).toEqual([0, 0, 0, 0, 0]);
    expect(readdirSync(join(folder, "contended"))).toEqual([]);
  });

  it("takes over from owners that are gone, in any order", async () => {
    const lock = join(folder, "stale", "setup.lock");
    const killed = spawn(process.execPath, [
      "--input-type=module",
      "-e",
      holder(lock, "await sleep(600_000);"),
    ]);
    while (!existsSync(lock)) await new Promise((resolve) => setTimeout(resolve, 20));
    killed.kill("SIGKILL");
    await new Promise((resolve) => killed.on("close", resolve));
    expect(existsSync(lock)).toBe(true);
    const results = await Promise.all([run(holder(lock, "")), run(holder(lock, "")), run(holder(lock, ""))]);
    expect(results.map((result) => result.code)).toEqual([0, 0, 0]);
    writeFileSync(lock, "not a lock of ours");
    expect((await run(holder(lock, ""))).code).toBe(0);
  });

  it("does not take a new process for the old owner of the same number", async () => {
    const lock = join(folder, "setup.lock");
    writeFileSync(lock, JSON.stringify({ pid: process.pid, started: "1" }));
    const { code } = await run(holder(lock, "", "{ waitMs: 0 }"));
    // Only Linux tells when a process started; elsewhere the number alone counts.
    expect(code).toBe(existsSync("/proc/self/stat") ? 0 : 3);
  });

  it("is given back when its owner is interrupted", async () => {
    const lock = join(folder, "interrupted.lock");
    const child = spawn(process.execPath, [
      "--input-type=module",
      "-e",
      holder(lock, "await sleep(600_000);"),
    ]);
    while (!existsSync(lock)) await new Promise((resolve) => setTimeout(resolve, 20));
    child.kill("SIGTERM");
    expect(await new Promise((resolve) => child.on("close", resolve))).toBe(143);
    expect(existsSync(lock)).toBe(false);
  });

  it("says who holds it when the wait is over", async () => {
    const lock = join(folder, "held.lock");
    const child = spawn(process.execPath, [
      "--input-type=module",
      "-e",
      holder(lock, "await sleep(600_000);"),
    ]);
    while (!existsSync(lock)) await new Promise((resolve) => setTimeout(resolve, 20));
    const { code, stderr } = await run(holder(lock, "", "{ waitMs: 300 }"));
    child.kill("SIGKILL");
    expect(code).toBe(3);
    expect(stderr).toContain(`process ${child.pid}`);
    expect(stderr).toContain("code: E_SETUP_LOCKED");
  });
});

describe("setup.mjs", () => {
  it("refuses an unknown flag with exit code 2 and no stack", async () => {
    const { code, stderr } = await node([here("../setup.mjs"), "--cuda", "--fast"]);
    expect(code).toBe(2);
    expect(stderr).toContain('unknown argument "--fast"');
    expect(stderr).toContain("code: E_USAGE");
    expect(stderr).not.toContain("    at ");
  });

  it("shows where an error happened with --verbose", async () => {
    const { stderr } = await node([here("../setup.mjs"), "--verbose", "--fast"]);
    expect(stderr).toContain("    at ");
  });

  it("prints its flags and an example", async () => {
    const { code, stdout } = await node([here("../setup.mjs"), "--help"]);
    expect(code).toBe(0);
    expect(stdout).toContain("example: npm run setup -- --cuda");
  });

  it.each([
    ["18.20.4", 3],
    ["20.18.3", 3],
    ["20.19.0", 0],
    ["24.1.0", 0],
  ])("answers Node %s with exit code %i", async (version, code) => {
    const result = await run(`
      import { main } from ${JSON.stringify(here("./failure.mjs"))};
      import { checkNode } from ${JSON.stringify(here("./javascript.mjs"))};
      await main(async () => { checkNode(${JSON.stringify(version)}); return 0; }, { verbose: false });`);
    expect(result.code).toBe(code);
    if (code !== 0) expect(result.stderr).toContain("code: E_NODE_VERSION");
  });
});
