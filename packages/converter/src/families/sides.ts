import type { LayerCall } from "../layer-call.js";

type Pair = readonly [before: number, behind: number];

const isCount = (value: unknown): value is number => Number.isInteger(value) && (value as number) >= 0;

/**
 * How much goes to each side of height and width: one number for all, one for each of the two, or a pair for each.
 *
 * @throws CongruentError `E_LAYER_CONFIG`
 */
export function sidesOf(layer: LayerCall, key: string, otherwise: Pair): [Pair, Pair] {
  const given = layer.config.value(key) ?? otherwise;
  const both: unknown[] = Array.isArray(given) ? given : [given, given];
  const pairs = both.map((side) => (Array.isArray(side) ? side : [side, side]));
  const fits = both.length === 2 && pairs.every((pair) => pair.length === 2 && pair.every(isCount));
  if (fits) return pairs as unknown as [Pair, Pair];
  throw layer.refusal(
    "E_LAYER_CONFIG",
    `has ${key} ${JSON.stringify(given)}`,
    "[[top, bottom], [left, right]]",
  );
}
