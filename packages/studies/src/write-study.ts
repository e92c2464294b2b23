import { join } from "node:path";
import { writeFileAtomic, writeJson } from "@congruent/core/files";
import type { StudyResult } from "@congruent/core/schemas";
import {
  documentFigures,
  figureFiles,
  light,
  renderStudyMarkdown,
  renderStudyPage,
  renderSvg,
  type StudyDocument,
  studyResult,
} from "@congruent/report";
import { renderPng } from "@congruent/report/png";

/** Where a study's report lies, inside its folder. */
export function studyPaths(folder: string) {
  return {
    html: join(folder, "report.html"),
    markdown: join(folder, "report.md"),
    json: join(folder, "report.json"),
  };
}

/**
 * Writes a study's report: one HTML page that loads nothing, Markdown, JSON, and each figure as SVG and PNG beside them.
 *
 * @throws CongruentError `E_WRITE`
 */
export async function writeStudy(folder: string, document: StudyDocument): Promise<StudyResult> {
  const paths = studyPaths(folder);
  for (const { name, figure } of documentFigures(document)) {
    const files = figureFiles(name);
    await writeFileAtomic(join(folder, files.svg), `${renderSvg(figure, light, { background: true })}\n`);
    await writeFileAtomic(join(folder, files.png), renderPng(figure, light));
  }
  const result = studyResult(document);
  await writeFileAtomic(paths.markdown, renderStudyMarkdown(document));
  await writeFileAtomic(paths.html, renderStudyPage(document));
  await writeJson(paths.json, result);
  return result;
}
