/** What the reference computes, in words: the list in README.md, which a test keeps true. */
import type { Operators } from "./call.js";
import { operators } from "./operators/index.js";

/** Titles of the domains, in order. */
const titles: Readonly<Record<string, string>> = {
  "": "ai.onnx",
  "ai.onnx.ml": "ai.onnx.ml",
  "com.microsoft": "com.microsoft",
};

function line(name: string, forms: Operators[string]): string {
  const since = Object.keys(forms)
    .map(Number)
    .toSorted((a, b) => a - b);
  const gone = since.filter((version) => forms[version] === null);
  const known = since.filter((version) => forms[version] !== null);
  const until = gone.length > 0 ? `, until ${gone[0]}` : "";
  return `\`${name}\` (${known.join(", ")}${until})`;
}

/**
 * Every operator by domain with the versions of the operator set at which its form here changes; the first is the oldest that is known.
 *
 * @example
 * ```ts
 * operatorList().includes("`Softmax` (1, 13)"); // => true
 * ```
 */
export function operatorList(): string {
  return Object.entries(titles)
    .map(([domain, title]) => {
      const family = operators[domain] ?? {};
      const names = Object.keys(family).toSorted();
      const lines = names.map((name) => line(name, family[name] as Operators[string]));
      return `**${title}**, ${names.length} operators: ${lines.join(", ")}.`;
    })
    .join("\n\n");
}
