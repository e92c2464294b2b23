/** @needs export tensorflow browser firefox webkit web */

import { once } from "node:events";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { rows } from "@congruent/core";
import { againstReportSchema, parityReportSchema, scoreComparisonSchema } from "@congruent/core/schemas";
import { timeLimits } from "@congruent/core/testing";
import { loadDataset, writeNpz } from "@congruent/datasets";
import { encodeModel, makeGraph, makeModel, makeNode, makeTensorValueInfo } from "@congruent/onnx";
import { readModel } from "@congruent/onnx/files";
import { afterAll, beforeAll, describe, expect, it, jest } from "@jest/globals";
import { execa } from "execa";
import sharp from "sharp";
import { program } from "../main.js";
import { bin } from "../testing/bin.js";

jest.setTimeout(timeLimits.training);

const home = fileURLToPath(new URL("../../../../", import.meta.url));
const lenet = join(home, "models", "lenet", "model.onnx");
const recipe = join(home, "models", "lenet", "recipe.json");

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "congruent-cli-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function congruent(...args: string[]) {
  const { exitCode, stdout, stderr } = await execa(process.execPath, [...bin, ...args], {
    cwd: folder,
    reject: false,
  });
  return { exitCode, stdout, stderr };
}

/** One error as every command reports it: a code, a remedy, the exit code, no stack trace. */
async function expectError(args: string[], code: string, exit: number) {
  const { exitCode, stdout, stderr } = await congruent(...args);
  expect({ exitCode, stderr }).toMatchObject({
    exitCode: exit,
    stderr: expect.stringContaining(`error ${code}:`),
  });
  expect(stderr).not.toMatch(/^\s+at /m);
  expect(stdout).toBe("");
  return stderr;
}

describe("congruent", () => {
  it("every verb has a help text with an example", () => {
    const verbs = program().commands.flatMap((each) => (each.commands.length > 0 ? each.commands : [each]));
    expect(verbs.length).toBeGreaterThan(10);
    for (const command of verbs) {
      const lines: string[] = [];
      command.configureOutput({ writeOut: (text) => void lines.push(text) }).outputHelp();
      expect(lines.join("")).toMatch(/Examples?:\n {2}\$ congruent /);
    }
  });

  it("wrong usage ends with exit code 2", async () => {
    expect((await congruent("fly")).exitCode).toBe(2);
    expect((await congruent("train")).exitCode).toBe(2);
    expect((await congruent("evaluate", lenet, "--limit", "many")).exitCode).toBe(2);
    for (const args of [
      ["data", "get"],
      ["data", "get", "mnist", "extra"],
      ["bench", "train", "--bogus"],
    ]) {
      expect({ args, exitCode: (await congruent(...args)).exitCode }).toEqual({ args, exitCode: 2 });
    }
    expect((await congruent("--help")).exitCode).toBe(0);
    expect((await congruent("data", "get", "--help")).exitCode).toBe(0);
  });
});

describe("bad input", () => {
  it("a model that is not there", () => expectError(["parity", "nowhere.onnx"], "E_MODEL_NOT_FOUND", 2));

  it("a file that is no ONNX", async () => {
    await writeFile(join(folder, "page.onnx"), "<!doctype html><title>404</title>");
    for (const verb of ["parity", "evaluate"]) await expectError([verb, "page.onnx"], "E_ONNX_INVALID", 2);
  });

  it("a recipe with an unknown key, a bad change, no file", async () => {
    const wrong = { ...JSON.parse(await readFile(recipe, "utf8")), learningRate: 1 };
    await writeFile(join(folder, "wrong.json"), JSON.stringify(wrong));
    expect(await expectError(["train", "wrong.json"], "E_SCHEMA", 2)).toContain("learningRate");
    await expectError(["train", recipe, "--set", "epochs"], "E_SET", 2);
    await expectError(["train", recipe, "--set", "optimiser.beta1=0.8"], "E_SET", 2);
    await expectError(["train", recipe, "--set", "epochs=0"], "E_SCHEMA", 2);
    await expectError(["train", "nowhere.json"], "E_NOT_FOUND", 2);
  });

  it("a folder that is not a run, a file that is not a picture, an unknown data set", async () => {
    await expectError(["export", folder], "E_RUN_INCOMPLETE", 2);
    await expectError(["promote", folder], "E_RUN_INCOMPLETE", 2);
    await writeFile(join(folder, "seven.png"), "seven");
    await expectError(["predict", lenet, "seven.png"], "E_PICTURE", 2);
    await expectError(["data", "inspect", "imagenet"], "E_DATASET_UNKNOWN", 2);
  });

  it("an unknown runtime, one that is absent, a report of an unknown format", async () => {
    await expectError(["parity", lenet, "--runtimes", "webgl"], "E_RUNTIME_NAME", 2);
    await expectError(["parity", lenet, "--report", "out.pdf"], "E_REPORT_FORMAT", 2);
    const { nodeCudaEnvironment } = await import("@congruent/toolchain");
    if (!(await nodeCudaEnvironment()).available) {
      await expectError(["evaluate", lenet, "--runtime", "node-cuda"], "E_RUNTIME_UNAVAILABLE", 3);
      await expectError(
        ["parity", lenet, "--runtimes", "node-cpu,node-cuda", "--samples", "1"],
        "E_RUNTIME_UNAVAILABLE",
        3,
      );
    }
  });

  it("a report that cannot be written, before anything ran for it", async () => {
    await writeFile(join(folder, "no-report-folder"), "");
    const asked = ["parity", lenet, "--report", "no-report-folder/out.json"];
    await expectError(asked, "E_WRITE", 2);
    expect((await congruent(...asked)).stderr).not.toContain("node-cpu");
  });

  it("a cache that cannot be written is an error of data get, and of nothing else", async () => {
    await writeFile(join(folder, "no-folder"), "");
    const { exitCode, stderr } = await execa(process.execPath, [...bin, "data", "get", "mnist"], {
      env: { CONGRUENT_CACHE: join(folder, "no-folder") },
      reject: false,
    });
    expect({ exitCode, stderr }).toMatchObject({ exitCode: 2, stderr: expect.stringContaining("E_WRITE") });
    const inspected = await execa(process.execPath, [...bin, "data", "inspect", "mnist"], {
      env: { CONGRUENT_CACHE: join(folder, "no-folder") },
    });
    expect(inspected.stdout).toMatch(/train {2}uint8 {2}\[60000, 28, 28, 1\]/);
  });

  it("a full standard output ends with a coded error", async () => {
    const { exitCode, stderr } = await execa(
      "sh",
      ["-c", `exec "$0" "$@" data inspect mnist > /dev/full`, process.execPath, ...bin],
      {
        reject: false,
      },
    );
    expect({ exitCode, stderr }).toMatchObject({ exitCode: 2, stderr: expect.stringContaining("E_WRITE") });
  });

  it("no runtime leaves files in the home or temporary folder, or sends data anywhere", async () => {
    const own = await mkdtemp(join(folder, "own-"));
    const { test } = await loadDataset("mnist");
    await sharp(rows(test.images, 0, 1).data, { raw: { width: 28, height: 28, channels: 1 } })
      .png()
      .toFile(join(folder, "one.png"));
    const { ORT_DISABLE_TELEMETRY: _, ...env } = process.env;
    await execa(process.execPath, [...bin, "predict", lenet, join(folder, "one.png")], {
      env: { ...env, HOME: own, TMPDIR: own, XDG_CACHE_HOME: own },
      extendEnv: false,
    });
    expect(await readdir(own)).toEqual([]);
  });

  it("a port that is in use", async () => {
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    await expectError(["serve", "--port", String(port)], "E_PORT_IN_USE", 2);
    server.close();
  });

  it("with --json the error is the one document on standard output", async () => {
    const { exitCode, stdout } = await congruent("parity", "nowhere.onnx", "--json");
    expect(exitCode).toBe(2);
    expect(JSON.parse(stdout)).toMatchObject({
      error: { code: "E_MODEL_NOT_FOUND", fix: expect.any(String) },
    });
  });

  it("usage errors too", async () => {
    const { exitCode, stdout } = await congruent("evaluate", "--json");
    expect(exitCode).toBe(2);
    expect(JSON.parse(stdout)).toMatchObject({ error: { code: "E_USAGE" } });
  });

  it("on a terminal an error after the progress bar ends the process, too", async () => {
    const command = `${[process.execPath, ...bin].join(" ")} evaluate page.onnx --dataset mnist`;
    const { stdout, timedOut, exitCode } = await execa("script", ["-qec", command, "/dev/null"], {
      cwd: folder,
      reject: false,
      timeout: 120_000,
      stdin: "ignore",
    });
    expect({ timedOut, exitCode, stdout }).toMatchObject({
      timedOut: false,
      exitCode: 2,
      stdout: expect.stringContaining("E_ONNX_INVALID"),
    });
  });

  it("with --verbose there is a stack trace", async () => {
    expect((await congruent("parity", "nowhere.onnx", "--verbose")).stderr).toMatch(/^\s+at /m);
  });
});

describe("the verbs on LeNet", () => {
  it("predict reads a picture of a digit", async () => {
    const { test } = await loadDataset("mnist");
    const { data } = rows(test.images, 0, 1);
    const digit = sharp(data, { raw: { width: 28, height: 28, channels: 1 } });
    await digit.clone().png().toFile(join(folder, "light.png"));
    await digit.clone().negate().resize(280, 280).jpeg().toFile(join(folder, "dark-large.jpg"));
    const { exitCode, stdout } = await congruent("predict", lenet, "light.png", "dark-large.jpg", "--json");
    expect(exitCode).toBe(0);
    const { predictions } = JSON.parse(stdout);
    expect(predictions.map((p: { label: string }) => p.label)).toEqual(["7", "7"]);
    for (const p of predictions) expect(p.probability).toBeGreaterThan(0.9);
  });

  it("evaluate reaches the accuracy of results.json", async () => {
    const { exitCode, stdout } = await congruent("evaluate", lenet, "--json");
    expect(exitCode).toBe(0);
    const { accuracy } = JSON.parse(stdout);
    const results = JSON.parse(await readFile(join(home, "models", "lenet", "results.json"), "utf8"));
    // A decision may flip where two probabilities are equal to rounding and the machine sums in another order.
    expect(Math.abs(accuracy - results.evaluation.accuracy)).toBeLessThanOrEqual(0.0002);
    expect(accuracy).toBeGreaterThanOrEqual(0.985);
  });

  it("evaluate compares models, also those that were scored before, and reports again what was found", async () => {
    const results = join(home, "models", "lenet", "results.json");
    const own = join(folder, "own.json");
    expect((await congruent("evaluate", lenet, "--report", own)).exitCode).toBe(0);
    const { exitCode, stdout } = await congruent("evaluate", own, results, "--json");
    expect(exitCode).toBe(0);
    const { models, pairs } = scoreComparisonSchema.parse(JSON.parse(stdout));
    expect(models.map(({ path }) => path)).toEqual([own, results]);
    // One file, evaluated twice.
    expect(models[0]?.sha256).toBe(models[1]?.sha256);
    expect(pairs).toMatchObject([{ significant: false }]);
    const shares = await congruent("evaluate", results, "--confusion", "true");
    expect(shares.stdout).toContain("as shares of the true class");
    expect(await expectError(["evaluate", results, "--limit", "10"], "E_USAGE", 2)).toContain("--limit");
    await expectError(["evaluate", recipe], "E_SCHEMA", 2);
    await expectError(["evaluate", own, lenet, "--report", "out.pdf"], "E_REPORT_FORMAT", 2);
    await congruent("evaluate", lenet, "--limit", "50", "--report", join(folder, "few.json"));
    await expectError(["evaluate", own, join(folder, "few.json")], "E_COMPARE_IMAGES", 2);
  });

  it("evaluate ends with 1 below the accuracy that is asked for", async () => {
    const few = ["evaluate", lenet, "--limit", "100", "--json"];
    expect((await congruent(...few, "--at-least", "0.9")).exitCode).toBe(0);
    const { exitCode, stdout } = await congruent(
      "evaluate",
      lenet,
      "--limit",
      "2000",
      "--at-least",
      "1",
      "--json",
    );
    expect(exitCode).toBe(1);
    expect(JSON.parse(stdout).accuracy).toBeLessThan(1);
    expect((await congruent(...few, "--at-least", "90")).exitCode).toBe(2);
  });

  it("parity without the ledger tells the truth about WebGPU: exit 1, and by how much", async () => {
    const { nodeWebGpuEnvironment } = await import("@congruent/toolchain");
    const adapter = await nodeWebGpuEnvironment();
    const asked = ["parity", lenet, "--samples", "40", "--report", "out.json", "--report", "out.xml"];
    const { exitCode, stderr } = await congruent(...asked);
    expect(stderr).toContain("report: out.json");
    const report = parityReportSchema.parse(JSON.parse(await readFile(join(folder, "out.json"), "utf8")));
    const cell = (name: string) => report.cells.find(({ runtime }) => runtime === name);
    expect(cell("node-cpu")?.status).toBe("pass");
    expect(report.baseline).toBe("tfjs");
    if (!adapter.available) return expect(cell("node-webgpu")?.status).toBe("unavailable");
    expect(exitCode).toBe(1);
    expect(report.verdict).toBe("fail");
    expect(cell("node-webgpu")).toMatchObject({ status: "fail", expectation: null });
    const logits = cell("node-webgpu")?.outputs.find(({ name }) => name === "logits");
    expect(logits?.within).toBe(false);
    expect(logits?.maxAbs).toBeGreaterThan(logits?.bound ?? Number.POSITIVE_INFINITY);
    const expected = join(home, "models", "expectations.json");
    const excused = await congruent("parity", lenet, "--samples", "40", "--expect", expected, "--json");
    expect(excused.exitCode).toBe(0);
    const { cells, verdict } = parityReportSchema.parse(JSON.parse(excused.stdout));
    expect(verdict).toBe("pass");
    expect(cells.find(({ runtime }) => runtime === "node-webgpu")?.status).toBe("expected-fail");
  }, 600_000);

  it("parity of any model: random inputs, or an .npz file, in Node alone", async () => {
    const graph = makeGraph(
      [makeNode("Add", ["x", "x"], ["y"])],
      "double",
      [makeTensorValueInfo("x", "float32", ["n", 3])],
      [makeTensorValueInfo("y", "float32", ["n", 3])],
    );
    await writeFile(join(folder, "double.onnx"), encodeModel(makeModel(graph)));
    const alone = ["--runtimes", "node-cpu", "--json"];
    const random = await congruent("parity", "double.onnx", "--inputs", "random", ...alone);
    expect(random.exitCode).toBe(1);
    expect(JSON.parse(random.stdout)).toMatchObject({ verdict: "inconclusive", inputs: { samples: 100 } });
    const x = { data: Float32Array.of(1, 2, 3), dims: [1, 3], dtype: "float32" as const };
    await writeFile(join(folder, "x.npz"), writeNpz({ x }));
    const given = await congruent("parity", "double.onnx", "--inputs", "x.npz", ...alone);
    expect(JSON.parse(given.stdout)).toMatchObject({
      verdict: "inconclusive",
      inputs: { source: "x.npz", samples: 1 },
    });
  });

  it("parity --against names the changed node by its name in the file, in every report", async () => {
    const { model } = await readModel(lenet);
    const conv = model.graph?.node.filter(({ opType }) => opType === "Conv")[1];
    const weights = model.graph?.initializer.find(({ name }) => name === conv?.input[1]);
    if (!conv || !weights) throw new Error("LeNet has a second convolution with weights");
    const { buffer, byteOffset } = weights.rawData;
    new DataView(buffer, byteOffset).setFloat32(0, 9, true);
    await writeFile(join(folder, "mutated.onnx"), encodeModel(model));
    const asked = ["parity", lenet, "--against", "mutated.onnx", "--samples", "20"];
    const reports = ["--report", "against.html", "--report", "against.md"];
    const { exitCode, stdout } = await congruent(...asked, ...reports, "--json");
    expect(exitCode).toBe(1);
    const { changes, verdict, runtimes } = againstReportSchema.parse(JSON.parse(stdout));
    expect(changes).toMatchObject([{ kind: "weight", node: conv.name, opType: "Conv" }]);
    expect(verdict).toBe("fail");
    expect(runtimes).toMatchObject([{ runtime: "node-cpu", status: "fail" }]);
    for (const file of ["against.html", "against.md"]) {
      expect(await readFile(join(folder, file), "utf8")).toContain(conv.name);
    }
    const same = await congruent("parity", lenet, "--against", lenet, "--samples", "20");
    expect(same).toMatchObject({ exitCode: 0, stdout: expect.stringContaining("no node differs") });
    const both = ["parity", lenet, "--against", "mutated.onnx", "--sweep", "threads"];
    await expectError(both, "E_USAGE", 2);
  }, 600_000);

  it("parity --baseline holds where nothing got worse, and never without a comparison", async () => {
    const run = (runtimes: string, ...more: string[]) =>
      congruent("parity", lenet, "--samples", "2", "--runtimes", runtimes, ...more);
    await run("reference,node-cpu", "--report", "older.json");
    const held = await run("reference,node-cpu", "--baseline", "older.json");
    expect(held).toMatchObject({ exitCode: 0, stdout: expect.stringContaining("nothing is worse") });
    const alone = await run("node-cpu", "--baseline", "older.json");
    expect(alone).toMatchObject({ exitCode: 1, stdout: expect.stringContaining("inconclusive") });
  });

  it("parity --sample-limit lets the reference take more or fewer samples than it would", async () => {
    const limited = ["--samples", "20", "--runtimes", "reference,node-cpu", "--sample-limit"];
    const { stdout } = await congruent("parity", lenet, ...limited, "reference=7", "--json");
    const { cells } = parityReportSchema.parse(JSON.parse(stdout));
    expect(cells.map(({ runtime, samples }) => [runtime, samples])).toEqual([
      ["reference", 7],
      ["node-cpu", 20],
    ]);
    await expectError(["parity", lenet, "--sample-limit", "reference"], "E_USAGE", 2);
    await expectError(["parity", lenet, "--sample-limit", "webgl=3"], "E_RUNTIME_NAME", 2);
  });

  it("parity --sweep shapes runs a model on other shapes, and refuses one that has none", async () => {
    const double = (first: string | number) =>
      makeModel(
        makeGraph(
          [makeNode("Add", ["x", "x"], ["y"])],
          "double",
          [makeTensorValueInfo("x", "float32", [first, 3])],
          [makeTensorValueInfo("y", "float32", [first, 3])],
        ),
      );
    await writeFile(join(folder, "free.onnx"), encodeModel(double("n")));
    await writeFile(join(folder, "fixed.onnx"), encodeModel(double(2)));
    const swept = ["--sweep", "shapes", "--runtimes", "reference,node-cpu"];
    const { exitCode, stdout } = await congruent("parity", "free.onnx", ...swept, "--json");
    expect(exitCode).toBe(0);
    expect(parityReportSchema.parse(JSON.parse(stdout)).sweeps).toMatchObject([
      { axis: "shapes", runtime: "node-cpu", because: "right on 4 of 4 shapes" },
    ]);
    await expectError(["parity", "fixed.onnx", ...swept], "E_SWEEP", 2);
  }, 600_000);

  it("train, export, evaluate, parity, report and promote, one after the other on small data", async () => {
    const ok = async (...args: string[]) => {
      const { exitCode, stderr } = await congruent(...args);
      expect({ args, exitCode, stderr }).toMatchObject({ exitCode: 0 });
    };
    const oneSeed = ["--set", "validationSplit=0.95", "--set", "seeds=[42]"];
    await ok("train", recipe, "--out", "run", "--set", "epochs=1", ...oneSeed);
    await ok("export", "run");
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
    const parityOfOld = await readFile(join(folder, "run", "parity.json"));
    expect(await readFile(join(folder, "run", "report.html"), "utf8")).toContain("<!doctype html>");
    await ok("promote", "run", "--models", "shelf");
    const passport = JSON.parse(
      await readFile(join(folder, "shelf", "lenet", "model.passport.json"), "utf8"),
    );
    expect(passport.parity.verdict).toBe("pass");
    const manifest = JSON.parse(await readFile(join(folder, "shelf", "lenet", "package.json"), "utf8"));
    const tracked = JSON.parse(await readFile(join(home, "models", "lenet", "package.json"), "utf8"));
    expect(Object.keys(manifest.scripts)).toEqual(Object.keys(tracked.scripts));
    expect(manifest.scripts.parity).toBe(tracked.scripts.parity);
    await expectError(["train", recipe, "--out", "run"], "E_RUN_EXISTS", 2);
    await ok(
      "train",
      recipe,
      "--out",
      "run",
      "--overwrite",
      "--epochs",
      "1",
      "--seed",
      "7",
      "--set",
      "validationSplit=0.95",
    );
    // The new training has no model.onnx yet; exported again, what was said of the old one no longer counts.
    await expectError(["promote", "run", "--models", "shelf"], "E_MODEL_NOT_FOUND", 2);
    await ok("export", "run");
    await expectError(["promote", "run", "--models", "shelf"], "E_PROMOTE", 2);
    await writeFile(join(folder, "run", "parity.json"), parityOfOld);
    await expectError(["report", "run"], "E_STALE_RESULT", 2);
  });
});
