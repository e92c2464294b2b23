/** What a file says of the rewrites that it was given. */
import { CongruentError, checked, whatOf } from "@congruent/core";
import { type AppliedRewrite, appliedRewriteSchema } from "@congruent/core/schemas";
import type { ModelProto } from "@congruent/onnx";

/** The key of a model's metadata_props that lists, as JSON, the rewrites that it was given. */
export const REWRITES_KEY = "congruent.rewrites";

/**
 * The rewrites that a file was given, in their order.
 *
 * @throws CongruentError `E_REWRITES` for a list that is not as `portable` writes it
 * @example
 * ```ts
 * const value = (name) => makeTensorValueInfo(name, "float32", [2]);
 * rewritesOf(makeModel(makeGraph([makeNode("Relu", ["x"], ["y"])], "g", [value("x")], [value("y")]))); // => []
 * ```
 */
export function rewritesOf(model: ModelProto, source = "the model"): AppliedRewrite[] {
  const text = model.metadataProps.find(({ key }) => key === REWRITES_KEY)?.value;
  if (text === undefined) return [];
  try {
    return checked(JSON.parse(text), appliedRewriteSchema.array(), REWRITES_KEY);
  } catch (error) {
    throw new CongruentError({
      code: "E_REWRITES",
      what: `what ${source} says of its rewrites cannot be read: ${whatOf(error)}`,
      expected: `metadata_props ${REWRITES_KEY} as congruent export and congruent portable write it`,
      fix: "export the model again",
      cause: error,
    });
  }
}
