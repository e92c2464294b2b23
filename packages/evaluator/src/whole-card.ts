import { CongruentError, checked, whatOf } from "@congruent/core";
import { type Card, cardSchema } from "@congruent/core/schemas";

/**
 * A card that a loaded model gives, with the recipe in it checked too: what apps load has no schemas of trainings, and passes the recipe on.
 *
 * @throws CongruentError `E_CARD`
 */
export function wholeCard(card: object | null, model: string): Card | null {
  if (card === null) return null;
  try {
    return checked(card, cardSchema, "the card");
  } catch (error) {
    throw new CongruentError({
      code: "E_CARD",
      what: `the card inside ${model} cannot be used: ${whatOf(error)}`,
      fix: "export the model again",
      cause: error,
    });
  }
}
