import { CongruentError, checked } from "@congruent/core";
import { renderSheet } from "../formats/render-sheet.js";
import type { ReportFormat } from "../formats/report-format.js";
import type { Sheet } from "../formats/sheet.js";
import { type ReportKind, type ReportOptions, type ReportResult, reports } from "./index.js";
import type { ReportDefinition } from "./report-definition.js";

/** The same table; so written, TypeScript sees that a kind, its result and its options belong together. */
const byKind: {
  readonly [Kind in ReportKind]: ReportDefinition<ReportResult<Kind>, ReportOptions<Kind>>;
} = reports;

/** A result as lines, tables and checks, which every format but JSON is made of. */
export function reportSheet<Kind extends ReportKind>(
  kind: Kind,
  result: ReportResult<Kind>,
  options?: ReportOptions<Kind>,
): Sheet {
  return byKind[kind].sheet(result, options);
}

/**
 * A result as JSON (the schema's own document), JUnit XML, a page or Markdown.
 *
 * @example
 * ```ts
 * const machine = { cpu: "a CPU", cores: 2, platform: "linux x64", load: [0, 0] };
 * const result = {
 *   schema: "congruent/csv-bench@1", machine, file: { bytes: 1e6, rows: 10, columns: 785 }, arrayBytes: 7850, contenders: [], toBetterPeer: null,
 * };
 * renderReport("csvBench", result, "md").split("\n")[0]; // => "## CSV reading"
 * ```
 */
export function renderReport<Kind extends ReportKind>(
  kind: Kind,
  result: ReportResult<Kind>,
  format: ReportFormat,
  options?: ReportOptions<Kind>,
): string {
  const definition = byKind[kind];
  const sheet = definition.sheet(result, options);
  if (format === "html" && definition.page) return definition.page(result, sheet, options);
  return renderSheet(sheet, format);
}

/**
 * The kind of a stored result, by its `schema` field.
 *
 * @param source what errors call the document, such as its path
 * @throws CongruentError `E_REPORT_KIND` for a document of no kind of report
 * @example
 * ```ts
 * reportKindOf({ schema: "congruent/parity@1" }, "parity.json"); // => "parity"
 * ```
 */
export function reportKindOf(document: unknown, source: string): ReportKind {
  const id =
    typeof document === "object" && document !== null && "schema" in document ? document.schema : undefined;
  const kinds = Object.keys(reports) as ReportKind[];
  const kind = kinds.find((each) => reports[each].id === id);
  if (kind) return kind;
  throw new CongruentError({
    code: "E_REPORT_KIND",
    what: `${source} ${id === undefined ? "has no field schema" : `has the schema ${JSON.stringify(id)}`}, so no report can be made of it`,
    expected: `one of ${kinds.map((each) => reports[each].id).join(", ")}`,
    fix: "give a file that --report FILE.json wrote",
  });
}

/**
 * A stored result in another format.
 *
 * @param source what errors call the document, such as its path
 * @throws CongruentError `E_REPORT_KIND`; `E_SCHEMA` for a document that its schema does not accept
 */
export function renderStoredReport(document: unknown, source: string, format: ReportFormat): string {
  return renderStored(reportKindOf(document, source), document, source, format);
}

function renderStored<Kind extends ReportKind>(
  kind: Kind,
  document: unknown,
  source: string,
  format: ReportFormat,
): string {
  return renderReport(kind, checked<ReportResult<Kind>>(document, byKind[kind].schema, source), format);
}
