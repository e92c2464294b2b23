import { CongruentError } from "@congruent/core";
import { withLabel } from "@congruent/runtime";
import type { Tensors } from "./runner.js";

/** @throws CongruentError `E_OUTPUTS` when one is missing: what is not there must not pass for equal. */
export function declaredOutputs(outputs: Tensors, names: readonly string[]): Tensors {
  const given = withLabel(outputs);
  return Object.fromEntries(
    names.map((name) => {
      const output = given[name];
      if (output) return [name, output];
      throw new CongruentError({
        code: "E_OUTPUTS",
        what: `the output ${name} is missing; there are ${Object.keys(given).join(", ") || "none"}`,
      });
    }),
  );
}
