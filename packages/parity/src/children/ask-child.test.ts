import { fileURLToPath } from "node:url";
import { timeLimits } from "@congruent/core/testing";
import { describe, expect, it, jest } from "@jest/globals";
import { askChild } from "./ask-child.js";

jest.setTimeout(timeLimits.programs);

const script = (name: string) => fileURLToPath(new URL(`../fixtures/${name}.js`, import.meta.url));

describe("askChild", () => {
  it("ends a child that hangs in native code or an endless loop", async () => {
    const asked = askChild({ script: script("child-hangs"), request: {}, timeoutMs: 700 });
    await expect(asked).rejects.toMatchObject({
      code: "E_TIMEOUT",
      message: expect.stringContaining("0.7 s"),
    });
  });

  it("reports a crash with the signal and the last words", async () => {
    const asked = askChild({ script: script("child-crashes"), request: {}, timeoutMs: 150_000 });
    await expect(asked).rejects.toMatchObject({
      code: "E_CRASH",
      message: expect.stringMatching(/SIGSEGV.*the device was lost/),
    });
  });

  it("reports a script that cannot start", async () => {
    const asked = askChild({ script: script("no-such-script"), request: {}, timeoutMs: 150_000 });
    await expect(asked).rejects.toMatchObject({ code: "E_CRASH" });
  });
});
