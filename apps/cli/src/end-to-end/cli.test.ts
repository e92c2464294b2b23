import { once } from "node:events";
import { mkdtemp, readdir, readFile, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { rows } from "@congruent/core";
import { timeLimits } from "@congruent/core/testing";
import { loadDataset } from "@congruent/datasets";
import { describe, expect, it, jest } from "@jest/globals";
import { execa } from "execa";
import sharp from "sharp";
import { program } from "../main.js";
import { bin } from "../testing/bin.js";
import { commandLine } from "../testing/command-line.js";

jest.setTimeout(timeLimits.programs);

const home = fileURLToPath(new URL("../../../../", import.meta.url));
const lenet = join(home, "models", "lenet", "model.onnx");
const recipe = join(home, "models", "lenet", "recipe.json");
const { at, congruent, expectError } = commandLine();

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
    await writeFile(at("page.onnx"), "<!doctype html><title>404</title>");
    for (const verb of ["parity", "evaluate"]) await expectError([verb, "page.onnx"], "E_ONNX_INVALID", 2);
  });

  it("a recipe with an unknown key, a bad change, no file", async () => {
    const wrong = { ...JSON.parse(await readFile(recipe, "utf8")), learningRate: 1 };
    await writeFile(at("wrong.json"), JSON.stringify(wrong));
    expect(await expectError(["train", "wrong.json"], "E_SCHEMA", 2)).toContain("learningRate");
    await expectError(["train", recipe, "--set", "epochs"], "E_SET", 2);
    await expectError(["train", recipe, "--set", "optimiser.beta1=0.8"], "E_SET", 2);
    await expectError(["train", recipe, "--set", "epochs=0"], "E_SCHEMA", 2);
    await expectError(["train", "nowhere.json"], "E_NOT_FOUND", 2);
  });

  it("a folder that is not a run, a file that is not a picture, an unknown data set", async () => {
    await expectError(["export", at()], "E_RUN_INCOMPLETE", 2);
    await expectError(["promote", at()], "E_RUN_INCOMPLETE", 2);
    await writeFile(at("seven.png"), "seven");
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
    await writeFile(at("no-report-folder"), "");
    const asked = ["parity", lenet, "--report", "no-report-folder/out.json"];
    await expectError(asked, "E_WRITE", 2);
    expect((await congruent(...asked)).stderr).not.toContain("node-cpu");
  });

  it("a cache that cannot be written is an error of data get, and of nothing else", async () => {
    await writeFile(at("no-folder"), "");
    const { exitCode, stderr } = await execa(process.execPath, [...bin, "data", "get", "mnist"], {
      env: { CONGRUENT_CACHE: at("no-folder") },
      reject: false,
    });
    expect({ exitCode, stderr }).toMatchObject({ exitCode: 2, stderr: expect.stringContaining("E_WRITE") });
    const inspected = await execa(process.execPath, [...bin, "data", "inspect", "mnist"], {
      env: { CONGRUENT_CACHE: at("no-folder") },
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
    const own = await mkdtemp(at("own-"));
    const { test } = await loadDataset("mnist");
    await sharp(rows(test.images, 0, 1).data, { raw: { width: 28, height: 28, channels: 1 } })
      .png()
      .toFile(at("one.png"));
    const { ORT_DISABLE_TELEMETRY: _, ...env } = process.env;
    await execa(process.execPath, [...bin, "predict", lenet, at("one.png")], {
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
      cwd: at(),
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
