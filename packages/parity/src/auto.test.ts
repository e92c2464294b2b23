/**
 * A device whose WebGPU is wrong: LeNet as it was before exports were portable, on the software adapter, where its second convolution is computed
 * wrongly (docs/webgpu-conv.md). In a browser: apps/web/e2e/runtime.test.ts.
 *
 * @needs browser
 */
import { createHash } from "node:crypto";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { askScript } from "@congruent/core/process";
import type { Passport } from "@congruent/core/schemas";
import { describeIf, timeLimits } from "@congruent/core/testing";
import { decodeTensor } from "@congruent/runtime";
import { runtimeEnvironments } from "@congruent/toolchain";
import { expect, it, jest } from "@jest/globals";
import type { AutoAnswer } from "./fixtures/child-auto.js";
import { isSoftware } from "./runner.js";
import { runnerOf } from "./runners/index.js";
import { whyAbsent } from "./testing/why-absent.js";

jest.setTimeout(timeLimits.programs);

const absent = whyAbsent(runnerOf("node-webgpu"));
const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

describeIf(absent === null, absent ?? "")("auto on a device whose WebGPU is wrong", () => {
  it("ends on the CPU, answers right, says why, and remembers it", async () => {
    const model = here("./fixtures/lenet-6-channels.onnx");
    const bytes = await readFile(model);
    // The same weights: the golden outputs hold for both files, the hash does not.
    const passport = JSON.parse(
      await readFile(here("../../../models/lenet/model.passport.json"), "utf8"),
    ) as Passport;
    passport.model.sha256 = createHash("sha256").update(bytes).digest("hex");
    passport.model.bytes = bytes.length;
    const found = await runtimeEnvironments["node-webgpu"]();
    if (!found.available) throw new Error(found.why);
    const cache = await mkdtemp(join(tmpdir(), "auto-"));
    try {
      const { selections, labels } = await askScript<AutoAnswer>({
        script: new URL("./fixtures/child-auto.js", import.meta.url),
        request: { model, passport },
        env: { ...found.env, CONGRUENT_CACHE: cache },
        timeoutMs: timeLimits.programs,
      });
      const golden = decodeTensor(passport.golden.outputs.label!).data;
      const right = [...golden].map(String);
      expect(labels).toEqual([right, right]);
      const [first, second] = selections;
      expect(first).toMatchObject({ verified: true, remembered: false, cure: null, notKept: null });
      const webgpu = first?.tried.find(({ runtime }) => runtime === "node-webgpu");
      // A GPU's own shaders may be right, and then it may be taken: SwiftShader's are wrong.
      if (isSoftware(found.adapter ?? "")) {
        expect(first?.runtime).toBe("node-cpu");
        expect(webgpu).toMatchObject({ status: "wrong", worst: { output: "logits" } });
        expect(webgpu?.worst?.maxAbs).toBeGreaterThan(1000 * (webgpu?.worst?.bound ?? Number.NaN));
        expect(webgpu?.reason).toMatch(/label differs where the baseline is sure.*logits differs by/);
      }
      expect(first?.tried.find(({ runtime }) => runtime === "node-cpu")).toMatchObject({ status: "right" });
      expect(second).toMatchObject({ runtime: first?.runtime, remembered: true, verified: false, tried: [] });
    } finally {
      await rm(cache, { recursive: true });
    }
  });
});
