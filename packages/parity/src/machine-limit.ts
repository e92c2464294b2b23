import { CongruentError, messageOf } from "@congruent/core";

/** What runtimes say where it is the machine that cannot, not the model that is wrong. */
const LIMITS: readonly { says: RegExp; why: string; fix: string }[] = [
  {
    says: /shader-f16|requires f16 but the device does not|\bf16\b.*(not supported|not enabled|extension)/i,
    why: "the adapter lacks shader-f16, which float16 needs",
    fix: "use a GPU and a driver with shader-f16, or a model in float32",
  },
  {
    says: /bad_alloc|out of memory|OutOfMemory|failed to allocate|could not allocate|cannot enlarge memory|allocation failed|exceeds the (?:max|limit).*buffer/i,
    why: "the machine's memory does not suffice",
    fix: "free memory, take fewer samples at a time (--batch-size), or leave the runtime out",
  },
];

export interface MachineLimit {
  why: string;
  fix: string;
}

/**
 * What a machine lacks, where a runtime's error says so; null for every other error. Such a runtime is unavailable here: it says nothing
 * of the model.
 *
 * @example
 * ```ts
 * machineLimit(new Error("Program Transpose requires f16 but the device does not support it.")).why;
 * // => "the adapter lacks shader-f16, which float16 needs"
 * machineLimit(new Error("index out of range")); // => null
 * ```
 */
export function machineLimit(error: unknown): MachineLimit | null {
  if (error instanceof CongruentError && error.code === "E_MEMORY") {
    return { why: error.what, fix: error.fix ?? "raise --memory, or take fewer samples at a time" };
  }
  // A crash tells what the process printed before: that is not its reason.
  if (error instanceof CongruentError && (error.code === "E_CRASH" || error.code === "E_TIMEOUT"))
    return null;
  const said = error instanceof CongruentError ? error.what : messageOf(error);
  const found = LIMITS.find(({ says }) => says.test(said));
  return found ? { why: found.why, fix: found.fix } : null;
}
