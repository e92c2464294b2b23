import { itIf, timeLimits } from "@congruent/core/testing";
import { describe, expect, it, jest } from "@jest/globals";
import { askScript } from "./ask-script.js";

jest.setTimeout(timeLimits.programs);

const script = new URL("./testing/behaving-child.js", import.meta.url);
const ask = (how: string, more: { timeoutMs?: number; memoryBytes?: number; values?: Float64Array } = {}) => {
  const { values, ...limits } = more;
  return askScript<Float64Array>({ script, request: { how, values }, timeoutMs: 150_000, ...limits });
};
// Elsewhere the system does not tell what a process holds, and the limit is refused.
const onLinux = itIf(process.platform === "linux", "only Linux tells what a process holds");

describe("a script that is asked", () => {
  it("gets typed arrays as they are, and answers with them", async () => {
    const values = Float64Array.of(1, Number.NaN, Number.NEGATIVE_INFINITY);
    expect(await ask("doubles", { values })).toEqual(values.map((value) => 2 * value));
  });

  it("is ended when it hangs in native code or an endless loop", async () => {
    await expect(ask("hangs", { timeoutMs: 700 })).rejects.toMatchObject({
      code: "E_TIMEOUT",
      message: expect.stringContaining("0.7 s"),
    });
  });

  it("that crashes is told with the signal and the last words", async () => {
    await expect(ask("crashes")).rejects.toMatchObject({
      code: "E_CRASH",
      message: expect.stringMatching(/SIGSEGV.*the device was lost/),
    });
  });

  it("that cannot start is told", async () => {
    const nowhere = new URL("./testing/no-such-script.js", import.meta.url);
    const asked = askScript({ script: nowhere, request: {}, timeoutMs: 150_000 });
    await expect(asked).rejects.toMatchObject({ code: "E_CRASH" });
  });

  onLinux("that takes too much memory is ended", async () => {
    await expect(ask("eatsMemory", { memoryBytes: 2 ** 28 })).rejects.toMatchObject({
      code: "E_MEMORY",
      message: expect.stringMatching(/took \d+ MiB of memory, more than the limit of 256 MiB/),
    });
  });

  it("throws its errors here, whole", async () => {
    await expect(ask("refuses")).rejects.toMatchObject({
      name: "CongruentError",
      code: "E_OWN",
      what: "no",
      expected: "yes",
      fix: "ask again",
      exit: 3,
    });
    await expect(ask("throws")).rejects.toMatchObject({ code: "E_RUN", what: "something else" });
  });

  it.each(["tooLarge", "notCopied"])("says why it cannot answer: %s", async (how) => {
    await expect(ask(how)).rejects.toMatchObject({ code: "E_MESSAGE" });
  });

  it.each([
    ["too large", { values: new ArrayBuffer(2 ** 31) }, /2\.0 GiB/],
    ["that cannot be copied", { values: () => undefined }, /could not be cloned/],
  ])("is not sent a request %s", async (_, request, what) => {
    const asked = askScript({ script, request, timeoutMs: 150_000 });
    await expect(asked).rejects.toMatchObject({ code: "E_MESSAGE", what: expect.stringMatching(what) });
  });
});
