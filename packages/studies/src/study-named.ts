import { unknownName } from "@congruent/core";
import { studies } from "./studies/index.js";
import type { Study } from "./study.js";

/**
 * The studies of a name, or all of them.
 *
 * @throws CongruentError `E_STUDY`
 * @example
 * ```ts
 * studiesNamed("regcnn").map(({ letter }) => letter); // => ["B"]
 * studiesNamed("all").length; // => 5
 * ```
 */
export function studiesNamed(name: string): readonly Study[] {
  if (name === "all") return studies;
  const found = studies.filter((study) => study.name === name);
  if (found.length > 0) return found;
  const known = [...studies.map((study) => study.name), "all"];
  throw unknownName(name, known, { kind: "study", code: "E_STUDY" });
}
