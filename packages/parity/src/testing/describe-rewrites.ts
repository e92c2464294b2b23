/** The tests of rewrites on one runtime that they are for. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Tensor, tensor } from "@congruent/core";
import { describeIf, timeLimits } from "@congruent/core/testing";
import { encodeModel, extract, type ModelProto, modelInterface } from "@congruent/onnx";
import { readModel } from "@congruent/onnx/files";
import { seededNumbers } from "@congruent/onnx/testing";
import { portable, rewrites } from "@congruent/passes";
import { compareWithBound, interpretWithBounds } from "@congruent/reference";
import { afterAll, beforeAll, expect, it } from "@jest/globals";
import { satisfies } from "semver";
import { isSoftware, type Runner } from "../runner.js";
import { WEB_APP, whyAbsent } from "./why-absent.js";

/**
 * Every rewrite's evidence, before and after, and LeNet's convolutions.
 *
 * @param run runs a job on the runtime. Default: as the runner does it, in a process or browser of its own
 */
export function describeRewrites(runner: Runner, run: Runner["run"] = runner.run): void {
  const absent = whyAbsent(runner);
  const own = Object.entries(rewrites).filter(([, { runtimes }]) =>
    runtimes.some((name) => name === runner.runtime),
  );
  describeIf(absent === null, absent ?? "")(`rewrites for ${runner.runtime}`, () => {
    let folder: string;
    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), "rewrites-"));
    });
    afterAll(() => rm(folder, { recursive: true }));

    /** Which outputs are outside their bound. */
    async function wrongOf(model: ModelProto, inputs: Record<string, Tensor>) {
      const modelPath = join(folder, "model.onnx");
      await writeFile(modelPath, encodeModel(model));
      const shared = { layersDirectory: null, webApp: WEB_APP, cap: null, timeoutMs: timeLimits.programs };
      const ran = await run({ ...shared, modelPath, inputs, batching: { mode: "once" } });
      const { outputs, bounds } = interpretWithBounds(model, inputs);
      const wrong = [...outputs].flatMap(([name, right]) => {
        const found = compareWithBound(ran.outputs[name] as Tensor, right, bounds.get(name)?.errors ?? null);
        return found.within ? [] : [name];
      });
      return { ...ran, wrong };
    }

    it.each(own)("%s: every output of its evidence is wrong before, and none after", async (_, rewrite) => {
      const { model, inputs } = rewrite.evidence();
      const before = await wrongOf(model, inputs);
      expect(satisfies(before.versions.onnxruntime ?? "", rewrite.versions)).toBe(true);
      // A GPU's shaders may be right: SwiftShader's are wrong.
      if (isSoftware(before.adapter ?? "")) {
        expect(before.wrong).toEqual(modelInterface(model).outputs.map(({ name }) => name));
      }
      const made = portable(model);
      expect(made.rewrites.length).toBeGreaterThan(0);
      expect((await wrongOf(made.model, inputs)).wrong).toEqual([]);
    });

    it("makes LeNet's convolutions right, by channels of the first one", async () => {
      const path = fileURLToPath(new URL("../fixtures/lenet-6-channels.onnx", import.meta.url));
      const { model } = await readModel(path);
      const part = extract(model, { outputs: ["pool2/AvgPool:0"] });
      const made = portable(part);
      expect(made.rewrites.map(({ nodes }) => nodes)).toEqual([["conv2/BiasAdd"]]);
      expect(made.model.graph?.node.length).toBe(part.graph?.node.length);
      const next = seededNumbers(3);
      const data = Float32Array.from({ length: 28 * 28 }, () => Math.round(Math.abs(next()) * 255));
      const pixels = tensor("float32", data, [1, 28, 28, 1]);
      expect((await wrongOf(made.model, { pixels })).wrong).toEqual([]);
    });
  });
}
