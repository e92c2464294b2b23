import { describe, expect, it } from "@jest/globals";
import type { Command } from "commander";
import { program } from "../main.js";

/** Every verb, at the end of the groups too. */
function all(command: Command): Command[] {
  return [command, ...command.commands.flatMap(all)];
}

function helpOf(command: Command, width: number): string {
  const parts: string[] = [];
  const writeOut = (part: string) => {
    parts.push(part);
  };
  command.configureOutput({ getOutHelpWidth: () => width, writeOut }).outputHelp();
  return parts.join("");
}

/** Without the examples, which are command lines to copy, and the usage line. */
const prose = (text: string) =>
  text
    .split(/\nExamples?:\n/)[0]
    ?.split("\n")
    .slice(1) ?? [];

const words = (text: string) => text.split(/\s+/).filter(Boolean).join(" ");

describe.each(all(program()).map((command) => [command.name(), command] as const))(
  "help of %s",
  (_, command) => {
    it.each([40, 60, 80, 132])("fits %i columns, and loses no word", (width) => {
      const text = helpOf(command, width);
      const tooWide = prose(text).filter((line) => line.length > width && /\S\s+\S/.test(line.trim()));
      expect(tooWide).toEqual([]);
      expect(words(text)).toBe(words(helpOf(command, 10_000)));
    });
  },
);
