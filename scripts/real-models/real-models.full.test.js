/**
 * `congruent parity` on models of public packages, which nobody here wrote: no right runtime fails, no wrong one passes. Writes docs/real-models.md.
 *
 * @needs peers browser firefox webkit web
 */
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { basename, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, jest } from "@jest/globals";
import { cellName } from "../../packages/core/src/schemas/index.ts";
import { pythonEnvironment } from "../../packages/toolchain/src/index.ts";
import { FROM_SOURCE, root } from "../set-up/javascript.mjs";
import { measured } from "./measured.js";
import { pageOf } from "./page.js";
import { recordedByPeer } from "./recorded-by-peer.js";

jest.setTimeout(900_000);

const list = join(root, "scripts", "real-models", "packages.json");
const target = join(root, ".tools", "real-models");
const cli = join(root, "apps", "cli", "src", "bin.ts");
/** How much farther from the reference than Python's ONNX Runtime a runtime must be for its failure to count as right. */
const CLEARLY = 10;

const models = JSON.parse(readFileSync(list, "utf8")).flatMap(({ name, version, sha256, models }) =>
  models.map((model) => ({
    ...model,
    package: `${name} ${version}`,
    sha256OfPackage: sha256,
    file: join(target, `${name}-${version}`, model.path),
  })),
);
const rows = [];

beforeAll(() => {
  mkdirSync(target, { recursive: true });
  const python = pythonEnvironment("peers").python;
  execFileSync(python, [join(root, "scripts", "real-models", "fetch.py"), list, target], {
    stdio: ["ignore", 2, 2],
  });
});

afterAll(() => {
  // A part of the models, by `-t`, writes no page.
  if (rows.length < models.length) return;
  const machine = `${cpus().length} cores of ${cpus()[0]?.model}`;
  writeFileSync(join(root, "docs", "real-models.md"), pageOf(rows, machine));
});

const sizes = (options) =>
  options
    .flatMap((option, i) => (option === "--shape" ? [options[i + 1]] : []))
    .map((text) => {
      const [input, dims] = text.split("=");
      return [input, dims.split(",").map(Number)];
    });
const fillsOf = (options) => options.flatMap((option, i) => (option === "--fill" ? [options[i + 1]] : []));
const largest = (outputs) => Math.max(...outputs.map(({ maxAbs }) => maxAbs ?? Number.POSITIVE_INFINITY));

describe.each(models)("$package: $path", (model) => {
  it("gets a verdict that Python's ONNX Runtime confirms", async () => {
    const { file, options } = model;
    const run = await measured([...FROM_SOURCE, cli, "parity", file, ...options, "--json"], { cwd: root });
    if (run.stdout === "") throw new Error(`no report: ${run.stderr}`);
    const report = JSON.parse(run.stdout);
    const reference = report.cells.find(({ runtime }) => runtime === "reference");
    const wrong = report.cells.filter(({ status }) => status === "fail");
    const samples = Math.max(1, Math.min(reference.samples, 3));
    const peer = await recordedByPeer(file, {
      shapes: Object.fromEntries(sizes(options)),
      fills: fillsOf(options),
      samples,
    });
    rows.push({ model: { ...model, name: basename(model.path) }, report, run, peer });

    // Another engine, in another language, agrees with the reference …
    expect({ status: peer.status, reason: peer.reason }).toEqual({ status: "pass", reason: null });
    // … and what fails is much farther from it.
    for (const cell of wrong) {
      const off = cell.reference ? largest(cell.reference.outputs) : largest(cell.outputs);
      expect([cellName(cell), off > CLEARLY * largest(peer.reference.outputs)]).toEqual([
        cellName(cell),
        true,
      ]);
    }
    // A verdict other than pass has a runtime that is wrong, or says what was not decided.
    expect([report.verdict, wrong.length > 0]).toEqual([report.verdict, report.verdict === "fail"]);
  });
});
