import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { pythonWithout, refusal, syntheticLock, temporaryHome, withVariables } from "../testing.js";
import { environmentDirectory, pythonEnvironment, stampPath } from "./environments.js";
import { findPython } from "./find-python.js";
import { provisionEnvironment } from "./provision-environment.js";
import { runPython } from "./run-python.js";

const silent = () => undefined;
let python: string;
let home: ReturnType<typeof temporaryHome>;
let restore: () => void = () => undefined;

beforeAll(async () => {
  python = (await findPython()).path;
});

function tinyLock(hash?: string): string {
  const wheel = { python, name: "tiny", version: "1.0", files: { "tiny.py": "answer = 42\n" } };
  return syntheticLock(join(home.path, "wheels"), hash === undefined ? wheel : { ...wheel, hash });
}

describe("provisionEnvironment", () => {
  beforeEach(() => {
    home = temporaryHome();
    // The quick way to an environment; the usual way is tested once below.
    restore = withVariables({ PYTHON: pythonWithout(home.path, python, ["ensurepip"]) });
  });
  afterEach(() => {
    restore();
    home.remove();
  });

  it("makes an environment with ensurepip", async () => {
    process.env.PYTHON = python;
    expect(await provisionEnvironment("oracle", silent, tinyLock())).toMatchObject({ outcome: "done" });
    const said = await runPython({
      environment: "oracle",
      args: ["-c", "import tiny; print(tiny.answer)"],
      timeoutMs: 20_000,
    });
    expect(said.stdout).toBe("42\n");
  });

  it("makes one without ensurepip, from a pip outside of it; the second time there is nothing to do", async () => {
    const lock = tinyLock();
    expect(await provisionEnvironment("oracle", silent, lock)).toMatchObject({ outcome: "done" });
    const pip = join(environmentDirectory("oracle"), "bin", "pip");
    expect(existsSync(pip)).toBe(false);
    expect(await provisionEnvironment("oracle", silent, lock)).toMatchObject({ outcome: "up to date" });
  });

  it("is made once where two ask for it at the same time", async () => {
    const lock = tinyLock();
    const said: string[] = [];
    const both = [0, 1].map(() => provisionEnvironment("oracle", (text) => said.push(text), lock));
    const outcomes = (await Promise.all(both)).map(({ outcome }) => outcome);
    expect(outcomes.sort()).toEqual(["done", "up to date"]);
    expect(said).toContain("waiting for another process that makes it");
  });

  it("does an interrupted set-up again, from the start", async () => {
    const lock = tinyLock();
    await provisionEnvironment("oracle", silent, lock);
    const directory = environmentDirectory("oracle");
    writeFileSync(join(directory, "half-written"), "");
    rmSync(stampPath(directory));
    expect(() => pythonEnvironment("oracle")).toThrow(
      expect.objectContaining({ code: "E_PYTHON_ENV", exit: 3 }),
    );
    expect(await provisionEnvironment("oracle", silent, lock)).toMatchObject({ outcome: "done" });
    expect(existsSync(join(directory, "half-written"))).toBe(false);
  });

  it("makes it again when the lock changes or the stamp is damaged", async () => {
    const lock = tinyLock();
    await provisionEnvironment("oracle", silent, lock);
    writeFileSync(lock, `${readFileSync(lock, "utf8")}# another line\n`);
    expect(await provisionEnvironment("oracle", silent, lock)).toMatchObject({ outcome: "done" });
    writeFileSync(stampPath(environmentDirectory("oracle")), "{");
    expect(await provisionEnvironment("oracle", silent, lock)).toMatchObject({ outcome: "done" });
  });

  it("refuses a package whose hash is another one, and leaves no stamp", async () => {
    const error = await refusal(provisionEnvironment("oracle", silent, tinyLock("0".repeat(64))));
    expect(error).toMatchObject({ code: "E_PYTHON_INSTALL", exit: 3 });
    expect(error.fix).toContain("other files than the lock names");
    expect(existsSync(stampPath(environmentDirectory("oracle")))).toBe(false);
  });

  it("says what to type when nothing can make an environment", async () => {
    process.env.PYTHON = pythonWithout(home.path, python, ["ensurepip", "pip"]);
    const path = process.env.PATH;
    process.env.PATH = join(home.path, "bin");
    const error = await refusal(provisionEnvironment("oracle", silent, tinyLock()));
    process.env.PATH = path;
    expect(error).toMatchObject({ code: "E_PYTHON_VENV", exit: 3 });
    expect(error.fix).toContain("apt-get install python3-venv");
  });
});

describe("runPython", () => {
  beforeAll(async () => {
    home = temporaryHome();
    restore = withVariables({ PYTHON: pythonWithout(home.path, python, ["ensurepip"]) });
    await provisionEnvironment("oracle", silent, tinyLock());
  });
  afterAll(() => {
    restore();
    home.remove();
  });

  it("hands over standard input and returns both streams", async () => {
    const program = "import sys; print(sys.stdin.read().upper()); print('aside', file=sys.stderr)";
    const result = await runPython({
      environment: "oracle",
      args: ["-c", program],
      input: "abc",
      timeoutMs: 20_000,
    });
    expect(result).toEqual({ stdout: "ABC\n", stderr: "aside\n" });
  });

  it("keeps what Python compiles within the environment, also where that is turned off", async () => {
    const off = withVariables({ PYTHONDONTWRITEBYTECODE: "1" });
    try {
      const program = "import tiny; print(tiny.__cached__)";
      const { stdout } = await runPython({ environment: "oracle", args: ["-c", program], timeoutMs: 20_000 });
      const compiled = stdout.trim();
      expect(compiled.startsWith(join(environmentDirectory("oracle"), "bytecode"))).toBe(true);
      expect(existsSync(compiled)).toBe(true);
    } finally {
      off();
    }
  });

  it("ends with the last lines in the message and everything in the log", async () => {
    const logFile = join(home.path, "failed.log");
    const program = "for i in range(100): print('line', i)\nraise SystemExit('no such operator')";
    const error = await refusal(
      runPython({ environment: "oracle", args: ["-c", program], timeoutMs: 20_000, logFile }),
    );
    expect(error).toMatchObject({ code: "E_PYTHON_FAILED", exit: 2 });
    expect(error.what).toContain("no such operator");
    expect(error.what).toContain(logFile);
    expect(error.what).not.toContain("line 5\n");
    expect(readFileSync(logFile, "utf8")).toContain("line 5\n");
  });

  it("ends a program that takes too long", async () => {
    const error = await refusal(
      runPython({ environment: "oracle", args: ["-c", "import time; time.sleep(600)"], timeoutMs: 500 }),
    );
    expect(error.code).toBe("E_PYTHON_TIMEOUT");
  });

  it("does not look into the user's own packages", async () => {
    const undo = withVariables({ PYTHONPATH: join(home.path, "stubs") });
    const result = await runPython({
      environment: "oracle",
      args: ["-c", "import ensurepip; print('genuine')"],
      timeoutMs: 20_000,
    });
    undo();
    expect(result.stdout).toBe("genuine\n");
  });
});
