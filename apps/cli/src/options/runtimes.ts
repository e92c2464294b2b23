import { CongruentError, parseRuntimeId, RUNTIME_IDS, type RuntimeId, runtimeId } from "@congruent/core";

/** `a,b@firefox,c` as ids of runtimes; a comma too many does not matter. @throws CongruentError `E_RUNTIME_NAME` */
export function runtimeList(text: string): RuntimeId[] {
  const names = text
    .split(",")
    .map((part) => part.trim())
    .filter((part) => part !== "");
  if (names.length > 0) return names.map((name) => runtimeId(parseRuntimeId(name)));
  throw new CongruentError({
    code: "E_RUNTIME_NAME",
    what: `--runtimes ${JSON.stringify(text)} names no runtime`,
    expected: RUNTIME_IDS.join(", "),
    fix: "name some, with commas between them, or leave --runtimes out: all that are there",
  });
}
