import type { Composer, Composition } from "./composer.js";

const FIRST = (c: Composer) => c.call.input(0).dtype;

/** x · σ(alpha · x). */
const quickGelu: Composition = (c) => {
  const x = c.input(0);
  const scaled = c.op("Mul", [x, c.number(c.call.float("alpha", 1.702), FIRST(c))]);
  return [c.op("Mul", [x, c.op("Sigmoid", [scaled])])];
};

/** Activations with a bias, and by approximations. */
export const activations: Readonly<Record<string, Composition>> = {
  BiasGelu: (c) => [c.op("Gelu", [c.sum(c.input(0), c.input(1))])],
  FastGelu: (c) => [c.op("Gelu", [c.sum(c.input(0), c.optional(1))], { approximate: "tanh" })],
  Gelu: (c) => [c.op("Gelu", [c.input(0)])],
  QuickGelu: quickGelu,
};
