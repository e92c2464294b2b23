/** Under this key a model's metadata_props hold its card. */
export const CARD_KEY = "congruent.card";
