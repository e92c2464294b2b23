import { Command } from "commander";

/** A verb with what every verb has: --json, --verbose and an example under --help. */
export function verb(name: string, description: string, examples: readonly string[]): Command {
  return new Command(name)
    .description(description)
    .option("--json", "print one JSON document to standard output and nothing else")
    .option("--verbose", "print stack traces with errors")
    .addHelpText(
      "after",
      `\nExample${examples.length > 1 ? "s" : ""}:\n${examples.map((e) => `  $ ${e}`).join("\n")}`,
    );
}

/** What `verb` adds to a command's options. */
export interface CommonOptions {
  json?: boolean;
  verbose?: boolean;
}
