import { collect } from "./collect.js";
import { wholeNumber } from "./numbers.js";
import { note, printJson } from "./output.js";
import { reportFiles } from "./report-files.js";
import { printSheet } from "./sheet.js";
import { type CommonOptions, verb } from "./verb.js";

interface CsvCliOptions extends CommonOptions {
  rounds: number;
  timeout: number;
  report?: string[];
}

/** `congruent bench csv`. */
export const benchCsvVerb = (makeEnvironment: () => Promise<void>) =>
  verb("csv", "read MNIST's training images from a CSV file, against pandas.read_csv, taking turns", [
    "congruent bench csv --rounds 7 --report csv.md",
  ])
    .option("--rounds <n>", "how often the readers take turns", wholeNumber("--rounds"), 7)
    .option("--timeout <s>", "seconds that one reading may take", wholeNumber("--timeout"), 300)
    .option("--report <file>", "write .json, .xml (JUnit), .html or .md; may be repeated", collect)
    .action(async (options: CsvCliOptions) => {
      const report = await import("@congruent/report");
      const write = await reportFiles(options.report);
      const { benchCsv } = await import("@congruent/bench");
      await makeEnvironment();
      const result = await benchCsv({
        rounds: options.rounds,
        timeoutMs: options.timeout * 1000,
        onProgress: note,
      });
      const sheet = report.csvBenchSheet(result);
      await write(({ renderSheet }, format) => renderSheet(sheet, format));
      process.exitCode = sheet.tone === "bad" ? 1 : 0;
      if (options.json) return printJson(result);
      printSheet(sheet);
    });
