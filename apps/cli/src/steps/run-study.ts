import { join, relative, resolve } from "node:path";
import { CongruentError } from "@congruent/core";
import { refuseUnwritable, writeFileAtomic } from "@congruent/core/files";
import type { StudyResult } from "@congruent/core/schemas";
import type { GatherOptions, Study, StudyModel } from "@congruent/studies";
import { datasetFor, datasetSource } from "../inputs/dataset.js";
import { note, table } from "../output/output.js";
import type { Outcome } from "../verb.js";
import { ensureSearch } from "./ensure-search.js";
import { ensureStudyModel } from "./ensure-study-model.js";

export interface StudyCliOptions {
  dataset?: string;
  quick?: boolean;
  partial?: boolean;
  out: string;
  runs?: string;
  latency?: string;
}

interface WrittenStudy {
  folder: string;
  result: StudyResult;
  /** Its models in a table. */
  rows: string[][];
}

/**
 * Gets what is missing of one study or all, writes their reports and says how they came out. The exit code is 3 where
 * something is missing, 1 where runtimes were not found to agree on a model, or its file not with scikit-learn.
 */
export async function runStudies(name: string, options: StudyCliOptions): Promise<Outcome> {
  const { homeDirectory } = await import("@congruent/toolchain");
  const { STUDIED, studiesNamed, studyPaths } = await import("@congruent/studies");
  const chosen = studiesNamed(name);
  const named = options.dataset ?? STUDIED;
  const dataset = await datasetFor(named);
  const source = await datasetSource(named);
  const home = homeDirectory();
  const runs = resolve(options.runs ?? join(home, "runs", "studies"));
  const { quick = false, latency } = options;
  const gathering: GatherOptions = {
    home,
    runs,
    dataset,
    source,
    quick,
    ...(latency !== undefined && { latency }),
  };
  const changed = [...(dataset.name === STUDIED ? [] : [dataset.name]), ...(quick ? ["quick"] : [])];
  // Beside the reports of the same study on other data, and of its quick version.
  const folderOf = (study: Study) => join(options.out, [study.name, ...changed].join("-"));
  for (const study of chosen) await refuseUnwritable(studyPaths(folderOf(study)).html);
  const written: WrittenStudy[] = [];
  for (const study of chosen) written.push(await runOne(study, folderOf(study), gathering, options));
  if (chosen.length > 1) await writeOverview(written, options);
  const complete = written.every(({ result }) => result.complete);
  const agree = !written.some(({ result }) => disagreeing(result));
  return {
    data: { ok: complete && agree, reports: written.map(({ folder, result }) => ({ folder, result })) },
    exitCode: complete ? (agree ? 0 : 1) : 3,
    text: () => written.map(studyText).join("\n"),
  };
}

async function runOne(
  study: Study,
  folder: string,
  gathering: GatherOptions,
  options: StudyCliOptions,
): Promise<WrittenStudy> {
  const { gatherStudy, isOriginal, spread, studyDocument, studyPaths, writeStudy } = await import(
    "@congruent/studies"
  );
  let context = await gatherStudy(study, gathering);
  if (!options.partial) {
    const { searched } = study;
    if (searched !== undefined && !context.search) {
      await attempt(`${study.name}: the search for ${searched}`, () => ensureSearch(searched, gathering));
      context = await gatherStudy(study, gathering);
    }
    // What was promoted or trained elsewhere without a comparison is taken as it is: the pipeline would train it again.
    const compared = (model: StudyModel) => model.found?.parity || isOriginal(gathering);
    const missing = context.models.filter((model) => !model.found || !compared(model));
    for (const model of missing) {
      await attempt(`${study.name}: ${model.name}`, () => ensureStudyModel(model, gathering));
    }
    if (missing.length > 0) context = await gatherStudy(study, gathering);
  }
  const result = await writeStudy(folder, studyDocument(context));
  note(`report: ${studyPaths(folder).html}`);
  return { folder, result, rows: rowsOf(result, spread) };
}

/** Makes one thing that is missing. Where that fails, the study continues without it: report and exit code show what is missing. */
async function attempt(what: string, get: () => Promise<void>): Promise<void> {
  note(`${what} is missing: making it`);
  try {
    await get();
  } catch (error) {
    if (!(error instanceof CongruentError)) throw error;
    note(`${what} could not be made: ${error.message}`);
  }
}

function disagreeing({ models }: StudyResult): boolean {
  return models.some(
    ({ parity, agreement }) => (parity && parity.verdict !== "pass") || agreement === "fail",
  );
}

const HEAD = ["model", "reported", "here", "95 % interval", "mean of all seeds", "parity", "from"];

function rowsOf(
  { models }: StudyResult,
  spread: (seeds: StudyResult["models"][number]["seeds"]) => string,
): string[][] {
  return models.map(({ name, reported, accuracy, interval, seeds, parity, source, command }) => [
    name,
    reported ? reported.accuracy.toFixed(reported.digits) : "-",
    accuracy?.toFixed(4) ?? "not trained here",
    interval ? interval.map((end) => end.toFixed(4)).join(" to ") : "-",
    seeds.length > 1 ? spread(seeds) : "-",
    parity?.verdict ?? "-",
    source ?? command ?? "-",
  ]);
}

function studyText({ folder, result, rows }: WrittenStudy): string {
  const report = relative(process.cwd(), join(folder, "report.html"));
  return [`\n${result.title}`, table(HEAD, rows), result.lead, `report  ${report}`].join("\n");
}

/** All studies in one table: what was reported and what came out here. */
async function writeOverview(written: readonly WrittenStudy[], { out }: StudyCliOptions): Promise<void> {
  const { renderSheet } = await import("@congruent/report");
  const models = written.flatMap(({ result }) => result.models);
  const there = models.filter(({ status }) => status === "scored").length;
  const sheet = {
    title: "The studies, reported and reproduced",
    lead: `${there} of ${models.length} models are trained and scored.`,
    tone: "neutral" as const,
    facts: written.map(({ folder, result }) => ({
      name: result.title,
      value: `${relative(out, folder)}/report.html`,
    })),
    tables: written.map(({ result, rows }) => ({
      caption: result.title,
      columns: HEAD.map((title, index) => ({ title, numeric: index === 1 || index === 2 })),
      rows,
    })),
    notes: written.map(({ result }) => `${result.title}: ${result.lead}`),
    checks: [],
    data: written.map(({ result }) => result),
  };
  for (const format of ["html", "md"] as const) {
    await writeFileAtomic(join(out, `studies.${format}`), renderSheet(sheet, format));
  }
}
