/** Loaded only where a runtime is absent. */
import { type OrtRuntime, runtimeDefinition } from "@congruent/core/essentials";

/** What to do about it. */
export function remedyOf(runtime: OrtRuntime): string {
  return runtimeDefinition(runtime).remedy;
}
