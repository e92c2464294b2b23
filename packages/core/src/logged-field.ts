/** Which way is better, where the name says it. */
const directions: Record<string, "min" | "max"> = {
  loss: "min",
  crossEntropy: "min",
  meanSquaredError: "min",
  meanAbsoluteError: "min",
  accuracy: "max",
};

/**
 * A field of the epochs' logs in this project's spelling.
 *
 * @example
 * ```ts
 * loggedField("val_loss"); // => "valLoss"
 * loggedField("valLoss"); // => "valLoss"
 * ```
 */
export function loggedField(name: string): string {
  return name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

/**
 * Whether smaller or larger values of a logged field are better; undefined where the name does not tell.
 *
 * @example
 * ```ts
 * directionOf("valAccuracy"); // => "max"
 * directionOf("learningRate"); // => undefined
 * ```
 */
export function directionOf(field: string): "min" | "max" | undefined {
  const plain = field.replace(/^val([A-Z])/, (_, letter: string) => letter.toLowerCase());
  return Object.hasOwn(directions, plain) ? directions[plain] : undefined;
}
