/** What is known of operators by their names. */

/** Operators that give other numbers each time. */
export const RANDOM: ReadonlySet<string> = new Set(
  "Bernoulli Dropout Multinomial RandomNormal RandomNormalLike RandomUniform RandomUniformLike".split(" "),
);
