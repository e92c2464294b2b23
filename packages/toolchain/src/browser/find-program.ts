import { isExecutable, onPath } from "../executables.js";
import { setUpCommand } from "../home.js";
import type { BrowserDefinition, Found } from "./definition.js";

/** The program that the browser's variable names where that is set (and only that), else an installed one. */
export function findProgram(definition: BrowserDefinition): Found {
  const { variable } = definition;
  const told = process.env[variable];
  if (told) {
    if (isExecutable(told)) return { path: told };
    return {
      why: `${variable} names no program that can be run: ${told}`,
      fix: `correct ${variable}, or unset it to have an installed browser found`,
    };
  }
  const found = definition.find();
  return typeof found === "string"
    ? { path: found }
    : {
        why: found.why,
        fix: `${howToInstall(definition)} (or set ${variable}), then ${setUpCommand(definition.option ?? undefined)}`,
      };
}

/** The command to type for this system. */
function howToInstall({ debian, elsewhere }: BrowserDefinition): string {
  if (process.platform !== "linux" || !onPath("apt-get")) return elsewhere;
  const sudo = process.getuid?.() === 0 ? "" : "sudo ";
  return `${sudo}apt-get install ${debian.join(" ")}`;
}
