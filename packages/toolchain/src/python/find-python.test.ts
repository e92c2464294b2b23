import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { refusal, script, temporaryHome, withVariables } from "../testing.js";
import { findPython, isSuitable } from "./find-python.js";
import { pipTakesPython } from "./provision-environment.js";

/** A program that answers the probe as a Python of that version would. */
function pretend(path: string, version: string, hasEnsurepip = true): string {
  const answer = JSON.stringify({ version, path, hasEnsurepip, pip: "24.0" });
  return script(path, `echo '${answer}'`);
}

describe("findPython", () => {
  let home: ReturnType<typeof temporaryHome>;
  let restore: () => void;
  beforeEach(() => {
    home = temporaryHome();
    restore = withVariables({ PATH: join(home.path, "bin"), PYTHON: undefined });
  });
  afterEach(() => {
    restore();
    home.remove();
  });

  it("refuses a Python that is too old, and says which it saw", async () => {
    const path = pretend(join(home.path, "bin", "python3"), "3.9.18");
    const error = await refusal(findPython());
    expect(error).toMatchObject({ code: "E_PYTHON_VERSION", exit: 3 });
    expect(error.what).toContain(`${path}: Python 3.9.18`);
    expect(error.expected).toContain("3.11 to 3.13");
  });

  it("refuses one that TensorFlow has no wheels for yet", async () => {
    pretend(join(home.path, "bin", "python3"), "3.14.0");
    expect(await refusal(findPython())).toMatchObject({ code: "E_PYTHON_VERSION" });
  });

  it("tells when there is none, or only one that does not run", async () => {
    expect(await refusal(findPython())).toMatchObject({ code: "E_PYTHON", exit: 3 });
    script(join(home.path, "bin", "python3"), "echo broken >&2; exit 1");
    expect((await refusal(findPython())).what).toContain("broken");
    script(join(home.path, "bin", "python3"), "echo hello");
    expect((await refusal(findPython())).what).toContain('answers "hello"');
  });

  it("passes over an old one and prefers one with ensurepip", async () => {
    pretend(join(home.path, "bin", "python3"), "3.9.18");
    pretend(join(home.path, "bin", "python3.12"), "3.12.4", false);
    expect((await findPython()).version).toBe("3.12.4");
    const better = pretend(join(home.path, "bin", "python3.11"), "3.11.2");
    expect((await findPython()).path).toBe(better);
  });

  it("takes PYTHON at its word", async () => {
    pretend(join(home.path, "bin", "python3.12"), "3.12.4");
    process.env.PYTHON = pretend(join(home.path, "old"), "3.8.0");
    expect(await refusal(findPython())).toMatchObject({ code: "E_PYTHON_VERSION" });
  });
});

describe("versions", () => {
  it.each([
    ["3.10.9", false],
    ["3.11.0", true],
    ["3.13.9", true],
    ["3.14.0", false],
    ["4.12.0", false],
    ["", false],
  ])("Python %s suits: %s", (version, suits) => expect(isSuitable(version)).toBe(suits));

  it.each([
    ["22.2.2", false],
    ["22.3", true],
    ["23.0.1", true],
  ])("pip %s can install into another environment: %s", (version, can) =>
    expect(pipTakesPython(version)).toBe(can),
  );
});
