import { extname } from "node:path";
import { CongruentError } from "@congruent/core";
import { readJson, refuseUnwritable, writeFileAtomic } from "@congruent/core/files";
import { type CommonOptions, defineVerb } from "../verb.js";

interface ReportVerbOptions extends CommonOptions {
  out?: string;
}

export const report = defineVerb<[what: string], ReportVerbOptions>({
  name: "report",
  description: "write a run's report as one self-contained HTML page, or a stored result in another format",
  examples: [
    "congruent report models/lenet/runs/pipeline",
    "congruent report models/lenet/runs/pipeline/parity.json --out parity.md",
  ],
  configure: (command) =>
    command
      .argument(
        "<what>",
        "a run directory with model.onnx, evaluation.json and parity.json; or a file that --report FILE.json wrote",
      )
      .option("--out <file>", "default: RUN/report.html; of a file: the same name with the ending .html"),
  async run([what], { out }) {
    const path = what.toLowerCase().endsWith(".json") ? await ofFile(what, out) : await ofRun(what, out);
    return { data: { report: path }, text: () => `report  ${path}` };
  },
});

async function ofRun(run: string, out: string | undefined): Promise<string> {
  const { runReport } = await import("../steps/run-report.js");
  return runReport(run, out);
}

async function ofFile(path: string, given: string | undefined): Promise<string> {
  const { renderStoredReport, reportFormat } = await import("@congruent/report");
  const { z } = await import("zod");
  const out = given ?? `${path.slice(0, -extname(path).length)}.html`;
  const format = reportFormat(out);
  if (format === "json") {
    throw new CongruentError({
      code: "E_USAGE",
      what: `${path} is JSON already, and --out ${out} asks for JSON`,
      expected: "--out with a file that ends in .html, .md or .xml",
    });
  }
  await refuseUnwritable(out);
  await writeFileAtomic(out, renderStoredReport(await readJson(path, z.unknown()), path, format));
  return out;
}
