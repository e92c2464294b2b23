/** @needs oracle */

import { mkdir, mkdtemp, readdir, readFile, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { timeLimits } from "@congruent/core/testing";
import { afterEach, beforeEach, describe, expect, it, jest } from "@jest/globals";
import { refusal, withVariables } from "../testing.js";
import { askOracle, type OracleQuestion } from "./ask-oracle.js";

jest.setTimeout(timeLimits.programs);

/** Says how often it was started, leaves a copy of a file in capitals, and repeats its argument, its input and a variable. */
const PROGRAM = `
import os, pathlib, sys
count = pathlib.Path(sys.argv[1])
count.write_text(count.read_text() + "x" if count.exists() else "x")
if pathlib.Path("said").exists():
    pathlib.Path("within").mkdir(exist_ok=True)
    pathlib.Path("within", "loud").write_text(pathlib.Path("said").read_text().upper())
print(sys.argv[2], sys.stdin.read(), os.environ.get("MOOD"), len(sys.argv))
if sys.argv[2] == "wrong": sys.exit(3)
`;

let home: string;
let question: OracleQuestion & { folder: string };
const at = (...path: string[]) => join(home, ...path);
const timesAsked = async () => (await readFile(at("count"), "utf8")).length;

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), "congruent-oracle-"));
  for (const folder of ["program", "folder"]) await mkdir(at(folder));
  await writeFile(at("program", "program.py"), PROGRAM);
  await writeFile(at("folder", "said"), "well");
  question = {
    environment: "oracle",
    script: at("program", "program.py"),
    args: [at("count"), "first"],
    input: "input",
    env: { MOOD: "calm" },
    folder: at("folder"),
    cache: at("cache"),
    timeoutMs: 60_000,
  };
});
afterEach(() => rm(home, { recursive: true }));

describe("askOracle", () => {
  it("asks once: the second answer is the first one's, files included", async () => {
    expect(await askOracle(question)).toBe("first input calm 3\n");
    await rm(at("folder", "within"), { recursive: true });
    expect(await askOracle(question)).toBe("first input calm 3\n");
    expect(await readFile(at("folder", "within", "loud"), "utf8")).toBe("WELL");
    expect(await timesAsked()).toBe(1);
  });

  it.each<[string, () => Promise<unknown> | Partial<OracleQuestion>]>([
    ["argument", () => ({ args: [at("count"), "second"] })],
    ["input", () => ({ input: "other" })],
    ["variable", () => ({ env: { MOOD: "cross" } })],
    ["file of the folder", () => writeFile(at("folder", "said"), "better")],
    ["program", () => writeFile(at("program", "program.py"), `${PROGRAM}\n`)],
    ["program beside it", () => writeFile(at("program", "beside.py"), "")],
  ])("asks again after a change of its %s", async (_, change) => {
    await askOracle(question);
    await rm(at("folder", "within"), { recursive: true });
    const other = (await change()) ?? {};
    await askOracle({ ...question, ...other });
    expect(await timesAsked()).toBe(2);
  });

  it("keeps no failure", async () => {
    const wrong = { ...question, args: [at("count"), "wrong"] };
    for (const times of [1, 2]) {
      expect(await refusal(askOracle(wrong))).toMatchObject({ code: "E_PYTHON_FAILED" });
      expect(await timesAsked()).toBe(times);
    }
  });

  it("asks for a test file that does not declare the environment, which is refused", async () => {
    await askOracle(question);
    await rm(at("folder", "within"), { recursive: true });
    const restore = withVariables({ CONGRUENT_TEST_NEEDS: "browser" });
    try {
      expect(await refusal(askOracle(question))).toMatchObject({
        what: expect.stringContaining('must say "@needs oracle"'),
      });
    } finally {
      restore();
    }
  });

  it("removes answers that nobody has asked for lately", async () => {
    await askOracle(question);
    const [first = ""] = await readdir(at("cache"));
    const long = new Date(Date.now() - 30 * 24 * 3_600_000);
    await utimes(at("cache", first), long, long);
    await askOracle({ ...question, input: "other" });
    expect(await readdir(at("cache"))).toHaveLength(1);
    expect(await readdir(at("cache"))).not.toContain(first);
  });
});
