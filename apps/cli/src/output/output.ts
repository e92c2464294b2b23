import { CongruentError, messageOf } from "@congruent/core";
import { writeFileAtomic } from "@congruent/core/files";
import { colors as pc } from "./colors.js";
import { columns, tableWidth } from "./columns.js";
import { placeError } from "./place-error.js";
import { terminalWidth } from "./terminal-width.js";

/** Prints the one JSON document of `--json`. */
export function printJson(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value, null, 2)}\n`);
}

export function print(text = ""): void {
  process.stdout.write(`${text}\n`);
}

/** For what a person may want to know while results go to standard output. */
export function note(text: string): void {
  process.stderr.write(`${text}\n`);
}

/**
 * Columns of text without borders; numbers are for the caller to format. On a terminal that is too narrow for
 * them every row becomes a block of `title: cell` lines.
 */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const whole = [head.map((title) => pc.dim(title)), ...rows];
  if (process.stdout.isTTY && tableWidth(whole) > terminalWidth(process.stdout)) return blocks(head, rows);
  return columns(whole);
}

function blocks(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = rows.map(([first = "", ...cells]) =>
    [pc.bold(first), ...cells.map((cell, i) => (cell === "" ? "" : `  ${pc.dim(head[i + 1] ?? "")} ${cell}`))]
      .filter((line) => line !== "")
      .join("\n"),
  );
  return lines.join("\n");
}

/** Prints an error as a person (or, with `json`, a program) can use it, and returns the exit code. */
export function printError(error: unknown, options: { json: boolean; verbose: boolean }): number {
  const known = error instanceof CongruentError ? error : (placeError(error) ?? unexpected(error));
  if (options.json) {
    const { code, what, expected, fix } = known;
    printJson({ error: { code, what, expected: expected ?? null, fix: fix ?? null } });
  }
  note(`${pc.red("error")} ${pc.bold(known.code)}: ${known.message}`);
  if (options.verbose) note(stackOf(error));
  return known.exit;
}

function unexpected(error: unknown): CongruentError {
  return new CongruentError({
    code: "E_INTERNAL",
    what: `something went wrong that should not: ${messageOf(error)}`,
    fix: "run the command again with --verbose, and report what it prints",
    cause: error,
  });
}

function stackOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause === undefined ? `${error.stack}` : `${error.stack}\ncaused by ${stackOf(error.cause)}`;
}

/** Writes what `--report FILE` asked for and says where. */
export async function writeReport(path: string, content: string): Promise<void> {
  await writeFileAtomic(path, content);
  note(`report: ${path}`);
}
