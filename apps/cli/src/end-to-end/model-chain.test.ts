/** @needs tensorflow */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { timeLimits } from "@congruent/core/testing";
import { describe, expect, it, jest } from "@jest/globals";
import { commandLine } from "../testing/command-line.js";

jest.setTimeout(timeLimits.training);

const home = fileURLToPath(new URL("../../../../", import.meta.url));
const recipe = join(home, "models", "lenet", "recipe.json");
const { at, congruent, expectError } = commandLine();

/** 30 images of each class, of which a tenth validates: the verbs are tested, not the training. */
const SMALL = [
  "--set",
  `subset=${JSON.stringify({ labelCounts: Array(10).fill(30), seed: 1 })}`,
  "--epochs",
  "1",
];

describe("the verbs on LeNet", () => {
  it("train, export, evaluate, parity, report and promote, one after the other on small data", async () => {
    const ok = async (...args: string[]) => {
      const { exitCode, stderr } = await congruent(...args);
      expect({ args, exitCode, stderr }).toMatchObject({ exitCode: 0 });
    };
    await ok("train", recipe, "--out", "run", ...SMALL, "--set", "seeds=[42]");
    await ok("export", "run");
    const layers = await congruent(
      "export",
      "run/layers/model.json",
      "--out",
      "layers.onnx",
      "--opset",
      "20",
      "--json",
    );
    expect(JSON.parse(layers.stdout)).toMatchObject({ opset: 20, verification: { verdict: "pass" } });
    await expectError(["export", "run/layers", "--via", "skl2onnx"], "E_EXPORTER", 2);
    // Scores of a part of the test set are no scores to ship.
    await ok("evaluate", "run/model.onnx", "--limit", "200", "--report", "run/evaluation.json");
    await ok(
      "parity",
      "run/model.onnx",
      "--samples",
      "20",
      "--runtimes",
      "tfjs,node-cpu",
      "--report",
      "run/parity.json",
    );
    expect(await expectError(["promote", "run", "--models", "shelf"], "E_PROMOTE", 2)).toContain(
      "200 test images",
    );
    await ok("evaluate", "run/model.onnx", "--report", "run/evaluation.json");
    expect(await expectError(["promote", "run", "--models", "shelf"], "E_PROMOTE", 2)).toContain("20 inputs");
    await ok(
      "parity",
      "run/model.onnx",
      "--samples",
      "1000",
      "--runtimes",
      "tfjs,node-cpu",
      "--report",
      "run/parity.json",
    );
    await ok("report", "run");
    const parityOfOld = await readFile(at("run", "parity.json"));
    expect(await readFile(at("run", "report.html"), "utf8")).toContain("<!doctype html>");
    await ok("promote", "run", "--models", "shelf");
    const passport = JSON.parse(await readFile(at("shelf", "lenet", "model.passport.json"), "utf8"));
    expect(passport.parity.verdict).toBe("pass");
    const manifest = JSON.parse(await readFile(at("shelf", "lenet", "package.json"), "utf8"));
    const tracked = JSON.parse(await readFile(join(home, "models", "lenet", "package.json"), "utf8"));
    expect(Object.keys(manifest.scripts)).toEqual(Object.keys(tracked.scripts));
    expect(manifest.scripts.parity).toBe(tracked.scripts.parity);
    await expectError(["train", recipe, "--out", "run"], "E_RUN_EXISTS", 2);
    await ok("train", recipe, "--out", "run", "--overwrite", ...SMALL, "--seed", "7");
    // The new training has no model.onnx yet; exported again, what was said of the old one no longer counts.
    await expectError(["promote", "run", "--models", "shelf"], "E_MODEL_NOT_FOUND", 2);
    await ok("export", "run");
    await expectError(["promote", "run", "--models", "shelf"], "E_PROMOTE", 2);
    await writeFile(at("run", "parity.json"), parityOfOld);
    await expectError(["report", "run"], "E_STALE_RESULT", 2);
  });
});
