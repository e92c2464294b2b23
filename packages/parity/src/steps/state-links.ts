/** Which outputs of a model are the state that its next run gets. */
import { CongruentError } from "@congruent/core";
import type { ModelInterface, ValueDescription } from "@congruent/onnx";
import type { StateLink } from "./unroll.js";

/** Parts of a name that say whether a state comes or goes, and nothing of which one it is. */
const DIRECTION =
  /^(in|out|input|output|past|present|prev|previous|new|next|last|cur|current|init|initial|final|updated|n|t|0|1)$/;

/** `past_key_values.0.key` and `present.0.key` as the same list of words. */
function essence(name: string): string {
  const words = name
    // `stateN`, `hn`, `h0`, `c1`: what stands behind a short name or a capital says when it is, too.
    .replace(/([a-z])N$/, "$1")
    .replace(/^(h|c|state|hidden|cell)[n01t]$/i, "$1")
    .replace(/([a-z])([A-Z])/g, "$1_$2")
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== "" && word !== "key_values" && word !== "values");
  // A number in the middle tells one layer from another.
  const inner = words.filter(
    (word, i) => !DIRECTION.test(word) || (/^\d$/.test(word) && i > 0 && i < words.length - 1),
  );
  const cache = inner.join(" ").replace(/^key (?=\d)/, "");
  return cache;
}

/**
 * The links that were named, or those that the names tell: `state` → `stateN`, `h` → `hn`, `past_key_values.0.key` → `present.0.key`.
 *
 * @param named as `OUTPUT=INPUT`
 * @throws CongruentError `E_STATE` for a name that is none of the model's, types or ranks that do not fit, or no link at all
 * @example
 * ```ts
 * const value = (name) => ({ name, dtype: "float32", dims: [2, 1, 128] });
 * stateLinks({ inputs: [value("input"), value("state")], outputs: [value("output"), value("stateN")] });
 * // => [{ output: "stateN", input: "state" }]
 * ```
 */
export function stateLinks({ inputs, outputs }: ModelInterface, named: readonly string[] = []): StateLink[] {
  const said = named.map((text) => linkOf(text, { inputs, outputs }));
  const links = [...said, ...(said.length > 0 ? [] : guessed({ inputs, outputs }))];
  const twice = links.find(({ input }, i) => links.findIndex((other) => other.input === input) !== i);
  if (links.length > 0 && !twice) return links;
  throw new CongruentError({
    code: "E_STATE",
    what: twice
      ? `the input ${twice.input} gets two states`
      : `no output of the model looks like an input's next state (inputs ${names(inputs)}; outputs ${names(outputs)})`,
    expected: "an output for each state of the next step",
    fix: "name them: --state OUTPUT=INPUT; may be repeated",
  });
}

function guessed({ inputs, outputs }: ModelInterface): StateLink[] {
  return inputs.flatMap((input) => {
    const own = essence(input.name);
    const alike = outputs.filter(
      (output) => fits(output, input) && essence(output.name) === own && own !== "",
    );
    const [first, ...more] = alike;
    if (!first || more.length > 0 || /^(x|input|in)$/i.test(input.name)) return [];
    return [{ output: first.name, input: input.name }];
  });
}

function linkOf(text: string, { inputs, outputs }: ModelInterface): StateLink {
  for (let at = text.indexOf("="); at >= 0; at = text.indexOf("=", at + 1)) {
    const output = outputs.find(({ name }) => name === text.slice(0, at));
    const input = inputs.find(({ name }) => name === text.slice(at + 1));
    if (!output || !input) continue;
    if (fits(output, input)) return { output: output.name, input: input.name };
    throw new CongruentError({
      code: "E_STATE",
      what: `${text}: the output is ${describe(output)}, the input ${describe(input)}`,
      expected: "one type and one rank",
    });
  }
  throw new CongruentError({
    code: "E_STATE",
    what: `${text} does not name an output and an input of the model`,
    expected: `OUTPUT=INPUT, of the outputs ${names(outputs)} and the inputs ${names(inputs)}`,
  });
}

function fits(output: ValueDescription, input: ValueDescription): boolean {
  const typed = output.dtype === input.dtype || output.dtype === "unknown";
  return typed && (!output.dims || !input.dims || output.dims.length === input.dims.length);
}

function describe({ dtype, dims }: ValueDescription): string {
  return `${dtype} of rank ${dims?.length ?? "unknown"}`;
}

function names(values: readonly ValueDescription[]): string {
  return values.map(({ name }) => name).join(", ");
}
