import type { JsonSchema } from "@congruent/core";
import type { Sheet } from "../formats/sheet.js";

/** A kind of report: how a result, which is data with a `schema` field, becomes JUnit, Markdown, a page and lines on a terminal. */
export interface ReportDefinition<Result extends { schema: string }, Options extends object = object> {
  /** The result's `schema` field, by which `congruent report FILE.json` knows the kind. */
  id: Result["schema"];
  /** What a file of this kind is checked with. */
  schema: JsonSchema<Result>;
  /** What terminal, Markdown and JUnit are made of, and the page where there is no other. */
  sheet(result: Result, options?: Options): Sheet;
  /** The page. Default: the sheet as a page. */
  page?(result: Result, sheet: Sheet, options?: Options): string;
}

/** A definition as it is; infers its types. */
export function defineReport<Result extends { schema: string }, Options extends object = object>(
  definition: ReportDefinition<Result, Options>,
): ReportDefinition<Result, Options> {
  return definition;
}
