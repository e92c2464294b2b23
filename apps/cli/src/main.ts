import { readFileSync } from "node:fs";
import { Command, CommanderError } from "commander";
import { groups, verbs } from "./commands/index.js";
import { colors } from "./output/colors.js";
import { helpLayout, helpWidth } from "./output/help.js";
import { printError, printJson } from "./output/output.js";
import { abandonProgress } from "./output/progress.js";
import { OutcomePrinted, type Verb } from "./verb.js";

const { version } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")) as {
  version: string;
};

/** The whole command line; `exitOverride` turns usage errors into exceptions that carry the exit code. */
export function program(all: readonly Verb[] = verbs): Command {
  const root = new Command("congruent")
    .description("Train a model once, deploy it everywhere, and prove that every runtime computes the same.")
    .version(version);
  for (const verb of all) parentOf(root, verb).addCommand(verb.command());
  return withUsageErrors(root);
}

/** The command that a verb belongs under: the root, or the group that its first word names. */
function parentOf(root: Command, { name }: Verb): Command {
  const [group = "", ...rest] = name.split(" ");
  if (rest.length === 0) return root;
  const known = root.commands.find((command) => command.name() === group);
  return known ?? root.command(group).description(groups[group] ?? "");
}

/**
 * For a command and those below it. commander would end the process with 1, which means that a check failed, and would
 * give no error code.
 */
function withUsageErrors(command: Command): Command {
  for (const inner of command.commands) withUsageErrors(inner);
  return command
    .exitOverride()
    .showHelpAfterError("(add --help for the options and an example)")
    .configureHelp(helpLayout)
    .configureOutput({
      getOutHelpWidth: helpWidth as () => number,
      outputError: (text, write) =>
        write(text.replace(/^error:/, `${colors.red("error")} ${colors.bold("E_USAGE")}:`)),
    });
}

/** Runs one command line and returns the exit code: 0 success, 1 a check failed, 2 bad input, 3 something is absent. */
export async function run(argv: readonly string[], all: readonly Verb[] = verbs): Promise<number> {
  try {
    await program(all).parseAsync(argv as string[], { from: "user" });
    return process.exitCode === undefined ? 0 : Number(process.exitCode);
  } catch (error) {
    abandonProgress();
    const json = argv.includes("--json");
    const verbose = argv.includes("--verbose");
    if (error instanceof OutcomePrinted) return printError(error.cause, { json: false, verbose });
    if (error instanceof CommanderError) {
      if (error.exitCode === 0) return 0;
      // commander has told the person already; a program gets its one document.
      if (json)
        printJson({ error: { code: "E_USAGE", what: error.message, expected: null, fix: "add --help" } });
      return 2;
    }
    return printError(error, { json, verbose });
  }
}
