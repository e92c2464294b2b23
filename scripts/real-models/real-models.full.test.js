/**
 * `congruent parity` on models of public packages, which nobody here wrote: no right runtime fails, no wrong one passes. What became of each
 * model is kept in .tools/real-models/results, so that they may be run one by one (`npm run test:full -- scripts/real-models -t magika`); once
 * there is a result of each, docs/real-models.md is written.
 *
 * @needs peers browser firefox webkit web
 */
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { cpus } from "node:os";
import { basename, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, jest } from "@jest/globals";
import { writeFileAtomic, writeJson } from "../../packages/core/src/files.ts";
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
/** How ONNX Runtime's own refusal of a model begins. */
const REFUSED = /^(ONNX Runtime failed while it ran |[a-z-]+ refuses )/;

const models = JSON.parse(readFileSync(list, "utf8")).flatMap(({ name, version, sha256, models }) =>
  models.map((model) => ({
    ...model,
    package: `${name} ${version}`,
    sha256OfPackage: sha256,
    name: basename(model.path),
    file: join(target, `${name.replaceAll("/", "+")}-${version}`, model.path),
    kept: join(target, "results", `${model.sha256}.json`),
  })),
);

beforeAll(() => {
  mkdirSync(target, { recursive: true });
  const python = pythonEnvironment("peers").python;
  execFileSync(python, [join(root, "scripts", "real-models", "fetch.py"), list, target], {
    stdio: ["ignore", 2, 2],
  });
});

afterAll(async () => {
  if (models.some(({ kept }) => !existsSync(kept))) return;
  const rows = models.map((model) => ({ ...JSON.parse(readFileSync(model.kept, "utf8")), model }));
  const machine = `${cpus().length} cores of ${cpus()[0]?.model}`;
  await writeFileAtomic(join(root, "docs", "real-models.md"), pageOf(rows, machine));
});

/** The shapes that were taken in place of those that every runtime refuses, as options. */
const takenInstead = ({ warnings }) =>
  warnings.flatMap((warning) => warning.match(/were taken instead: (.*)$/)?.[1].split(" ") ?? []);
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
    const refusing = report.cells.filter(({ status }) => status === "error");
    const samples = Math.max(1, Math.min(reference.samples, 3));
    const peer = await recordedByPeer(file, {
      shapes: Object.fromEntries(sizes([...options, ...takenInstead(report)])),
      fills: fillsOf(options),
      samples,
      once: report.warnings.some((warning) => warning.includes("one sample was run, once")),
    });
    const { seconds, peakBytes } = run;
    await writeJson(model.kept, { report, run: { seconds, peakBytes }, peer });

    // Another engine, in another language, agrees with the reference …
    expect({ ...peer, judged: peer.reference !== null }).toMatchObject({
      status: "pass",
      reason: null,
      judged: true,
    });
    // … and what fails is much farther from it.
    for (const cell of wrong) {
      const off = cell.reference ? largest(cell.reference.outputs) : largest(cell.outputs);
      expect([cellName(cell), off > CLEARLY * largest(peer.reference.outputs)]).toEqual([
        cellName(cell),
        true,
      ]);
    }
    // Whoever refuses the model says so itself: it did not hang, and nothing of this project broke.
    for (const cell of refusing)
      expect([cellName(cell), cell.reason]).toEqual([cellName(cell), expect.stringMatching(REFUSED)]);
    expect([report.verdict, wrong.length + refusing.length > 0]).toEqual([
      report.verdict,
      report.verdict === "fail",
    ]);
  });
});
