import { CongruentError } from "@congruent/core";

/** What `--report FILE` can write: data, JUnit for CI servers, a page, a comment. */
export const REPORT_FORMATS = ["json", "xml", "html", "md"] as const;
export type ReportFormat = (typeof REPORT_FORMATS)[number];

/**
 * The format that a file's ending asks for.
 *
 * @throws CongruentError `E_REPORT_FORMAT` (exit 2) for any other ending, or none.
 * @example
 * ```ts
 * reportFormat("out/parity.html"); // => "html"
 * reportFormat("REPORT.MD"); // => "md"
 * ```
 */
export function reportFormat(path: string): ReportFormat {
  const ending = /\.([^./\\]+)$/.exec(path)?.[1]?.toLowerCase();
  const format = REPORT_FORMATS.find((known) => known === ending);
  if (format) return format;
  throw new CongruentError({
    code: "E_REPORT_FORMAT",
    what: `no report format is known for ${path}${ending === undefined ? ", which has no ending" : ""}`,
    expected: "a file that ends in .json (data), .xml (JUnit), .html (page) or .md (Markdown)",
    fix: "give --report a path with one of these endings",
  });
}
