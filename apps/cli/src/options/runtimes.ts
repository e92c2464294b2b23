import { parseRuntimeId, type RuntimeId, runtimeId } from "@congruent/core";

/** `a,b@firefox,c` as ids of runtimes. @throws CongruentError `E_RUNTIME_NAME` */
export function runtimeList(text: string): RuntimeId[] {
  return text.split(",").map((part) => runtimeId(parseRuntimeId(part.trim())));
}
