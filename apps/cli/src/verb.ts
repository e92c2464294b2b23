import type { ReportFormat, ReportKind, ReportOptions, ReportResult, Sheet } from "@congruent/report";
import { Command } from "commander";
import { collect } from "./options/collect.js";
import { print, printJson } from "./output/output.js";
import { reportFiles } from "./output/report-files.js";
import { sheetText } from "./output/sheet.js";

type Report = typeof import("@congruent/report");

/** The options that every verb has. */
export interface CommonOptions {
  json?: boolean;
  verbose?: boolean;
  /** Of verbs with `reports`. */
  report?: string[];
}

/** What came out of a verb: data. How it is shown is the same for all verbs. */
export interface Outcome {
  /** What `--report` writes, and what is printed where `data` and `text` say nothing else. */
  report?: Reported;
  /** The document of `--json`. Default: the report's result. */
  data?: unknown;
  /** What is printed without `--json`. Default: the report as lines and tables. */
  text?: () => string | Promise<string>;
  /** 0 success, 1 a check failed, 3 something is absent. Default: 1 where the report's tone is bad, else 0. */
  exitCode?: number;
  /** What the verb does once its outcome has been printed, such as serving until it is interrupted. */
  until?: () => Promise<void>;
}

/** A result with its kind of report. */
export interface Reported {
  result: unknown;
  sheet(report: Report): Sheet;
  render(report: Report, format: ReportFormat): string;
}

/** A result as what `--report` writes of it. */
export function reported<Kind extends ReportKind>(
  kind: Kind,
  result: ReportResult<Kind>,
  options?: ReportOptions<Kind>,
): Reported {
  return {
    result,
    sheet: ({ reportSheet }) => reportSheet(kind, result, options),
    render: ({ renderReport }, format) => renderReport(kind, result, format, options),
  };
}

/** One verb of the command line: all that there is to say of it. */
export interface VerbDefinition<Args extends readonly unknown[], Options extends CommonOptions> {
  /** The words after `congruent`: `doctor`, `bench csv`. The file in commands/ has the same name, with a dash between words. */
  name: string;
  description: string;
  /** Whole command lines, for --help. */
  examples: readonly [string, ...string[]];
  /** Adds arguments and options of the verb's own. */
  configure?(command: Command): Command;
  /** Adds `--report FILE`: the outcomes have a `report`. Default: false. */
  reports?: boolean;
  /** @returns null where another process has done all, and printed it */
  run(args: Args, options: Options, command: Command): Promise<Outcome | null>;
}

/** A verb for the list of all. */
export interface Verb {
  name: string;
  /** Made each time: commander keeps what was parsed. */
  command(): Command;
}

/**
 * A verb with what every verb has: --json, --verbose and examples under --help; its outcome is written to the files of --report and
 * printed as text or as one JSON document.
 */
export function defineVerb<Args extends readonly unknown[], Options extends CommonOptions = CommonOptions>(
  definition: VerbDefinition<Args, Options>,
): Verb {
  const { name, description, examples, reports = false } = definition;
  return {
    name,
    command() {
      const command = new Command(name.split(" ").at(-1))
        .description(description)
        .option("--json", "print one JSON document to standard output and nothing else")
        .option("--verbose", "print stack traces with errors");
      const configured = definition.configure?.(command) ?? command;
      if (reports) {
        configured.option(
          "--report <file>",
          "write .json, .xml (JUnit), .html or .md; may be repeated",
          collect,
        );
      }
      return configured
        .addHelpText(
          "after",
          `\nExample${examples.length > 1 ? "s" : ""}:\n${examples.map((e) => `  $ ${e}`).join("\n")}`,
        )
        .action(async (...given: unknown[]) => {
          // commander hands over the arguments, then the options, then the command.
          const [options] = given.slice(-2) as [Options];
          const write = await reportFiles(options.report);
          const outcome = await definition.run(given.slice(0, -2) as unknown as Args, options, configured);
          if (outcome) await finish(outcome, options, write);
        });
    },
  };
}

/** An error that came after the outcome was printed: with --json no second document may follow. */
export class OutcomePrinted extends Error {
  constructor(options: { cause: unknown }) {
    super("a report could not be written", options);
  }
}

async function finish(
  { report, data, text, exitCode, until }: Outcome,
  { json }: CommonOptions,
  write: Awaited<ReturnType<typeof reportFiles>>,
): Promise<void> {
  const sheet = report?.sheet(await import("@congruent/report"));
  const unwritten =
    report &&
    (await write(report.render).then(
      () => null,
      (error: unknown) => new OutcomePrinted({ cause: error }),
    ));
  process.exitCode = exitCode ?? (sheet?.tone === "bad" ? 1 : 0);
  // What took hours is printed, also where the disk has become full since.
  if (json) printJson(data === undefined ? report?.result : data);
  else if (text) print(await text());
  else if (sheet) print(sheetText(sheet));
  if (unwritten) throw unwritten;
  await until?.();
}
