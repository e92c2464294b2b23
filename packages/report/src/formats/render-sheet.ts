import { renderSheetPage } from "../pages/sheet-page.js";
import { renderJunit } from "./junit.js";
import { markdownTable, markdownText } from "./markdown.js";
import type { ReportFormat } from "./report-format.js";
import type { Sheet } from "./sheet.js";

/**
 * A verb's result in the asked format, as a string that ends with a line end.
 *
 * @example
 * ```ts
 * const sheet = {
 *   title: "doctor", lead: "1 of 1 found", tone: "good", facts: [], notes: [], data: { found: 1 }, checks: [],
 *   tables: [{ caption: "Tools", columns: [{ title: "tool" }], rows: [["node"]] }],
 * };
 * renderSheet(sheet, "json"); // => '{\n  "found": 1\n}\n'
 * ```
 */
export function renderSheet(sheet: Sheet, format: ReportFormat): string {
  return RENDERERS[format](sheet);
}

const RENDERERS: Readonly<Record<ReportFormat, (sheet: Sheet) => string>> = {
  json: (sheet) => `${JSON.stringify(sheet.data, null, 2)}\n`,
  xml: (sheet) =>
    renderJunit({
      name: sheet.title,
      properties: Object.fromEntries(sheet.facts.map((fact) => [fact.name, fact.value])),
      checks: sheet.checks,
    }),
  html: renderSheetPage,
  md: markdown,
};

const MARKS = { good: "✅ ", bad: "❌ ", neutral: "" } as const;

function markdown(sheet: Sheet): string {
  const facts = sheet.facts.map((fact) => `- ${markdownText(fact.name)}: ${markdownText(fact.value)}`);
  const tables = sheet.tables.map(
    (table) => `**${markdownText(table.caption)}**\n\n${markdownTable(table.columns, table.rows)}`,
  );
  const blocks = [
    `## ${markdownText(sheet.title)}`,
    `${MARKS[sheet.tone]}${markdownText(sheet.lead)}`,
    ...tables,
    sheet.notes.map((note) => `- ${markdownText(note)}`).join("\n"),
    facts.join("\n"),
  ];
  return `${blocks.filter((block) => block !== "").join("\n\n")}\n`;
}
