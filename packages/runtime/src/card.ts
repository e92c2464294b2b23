import { CARD_KEY, CongruentError, messageOf } from "@congruent/core/essentials";
import type { Card as WholeCard } from "@congruent/core/schemas";
import { finite, list, object, oneOf, record, text, whole } from "./check-shape.js";

/** What the file says of its model. The recipe of its training is passed on as it is: nothing here depends on it. */
export type Card = Omit<WholeCard, "recipe"> & { recipe?: unknown };

const size = whole(1);
const flawOf = object({
  schema: oneOf("congruent/card@1"),
  name: text,
  description: text,
  profile: oneOf("image-classifier"),
  input: object({
    name: oneOf("pixels"),
    height: size,
    width: size,
    channels: size,
    range: list(finite, 2),
    foreground: oneOf("light", "dark", "any"),
  }),
  outputs: list(oneOf("label", "probabilities", "logits", "scores")),
  labels: list(text),
  dataset: object({ name: text, license: text, sha256: record(text) }),
  versions: record(text),
});

/**
 * The card among a model's metadata, or null where there is none. Each call gives a card of its own.
 *
 * @throws CongruentError `E_CARD`
 * @example
 * ```ts
 * readCard(new Map(), "model.onnx"); // => null
 * ```
 */
export function readCard(metadata: ReadonlyMap<string, string>, source: string): Card | null {
  const written = metadata.get(CARD_KEY);
  if (written === undefined) return null;
  let value: unknown;
  try {
    value = JSON.parse(written);
  } catch (error) {
    throw wrongCard(source, messageOf(error), error);
  }
  const flaw = flawOf(value, "");
  if (flaw) throw wrongCard(source, flaw);
  return value as Card;
}

function wrongCard(source: string, why: string, cause?: unknown): CongruentError {
  return new CongruentError({
    code: "E_CARD",
    what: `the card inside ${source} cannot be used: ${why}`,
    expected: `metadata_props ${CARD_KEY} with JSON of the schema congruent/card@1`,
    fix: "export the model again, or update @congruent/runtime if the card is newer",
    cause,
  });
}
