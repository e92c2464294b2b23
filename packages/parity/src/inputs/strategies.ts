/** Named ways to fill an input with numbers. The same seed gives the same numbers. */
import { CongruentError } from "@congruent/core";
import { mersenne } from "pure-rand/generator/mersenne";

/** Draws from [0, 1). */
export type Draw = () => number;

export interface Filling {
  dims: readonly number[];
  draw: Draw;
  /** What the user wrote after the name. */
  parameters: readonly number[];
}

interface Strategy {
  /** For --help and reports. */
  says: string;
  /** What the parameters are when none are given. */
  defaults: readonly number[];
  /** Whether it takes as many parameters as one gives. Default: as many as there are defaults. */
  any?: boolean;
  /** The element at each position. */
  at(filling: Filling): (index: number) => number;
}

const uniform: Strategy["at"] =
  ({ draw, parameters: [low = 0, high = 1] }) =>
  () =>
    low + draw() * (high - low);

/** Values at which kernels often go wrong, all finite: zeros of both signs, ones, powers of two, the ends of float32. */
const EDGES = [
  0,
  -0,
  1,
  -1,
  0.5,
  -0.5,
  2 ** -24,
  1 + 2 ** -23,
  2 ** -126,
  -(2 ** -126),
  2 ** -149,
  88,
  -88,
  65504,
  -65504,
  3e38,
  -3e38,
];
const SPECIAL = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, ...EDGES];

const cycle = (values: readonly number[]) => () => (index: number) => values[index % values.length] as number;

export const strategies: Readonly<Record<string, Strategy>> = {
  uniform: { says: "uniform:LOW,HIGH", defaults: [0, 1], at: uniform },
  normal: {
    says: "normal:MEAN,DEVIATION",
    defaults: [0, 1],
    // Box and Muller's transformation.
    at:
      ({ draw, parameters: [mean = 0, deviation = 1] }) =>
      () =>
        mean + deviation * Math.sqrt(-2 * Math.log(1 - draw())) * Math.cos(2 * Math.PI * draw()),
  },
  integers: {
    says: "integers:LOW,HIGH (HIGH excluded)",
    defaults: [0, 10],
    at:
      ({ draw, parameters: [low = 0, high = 10] }) =>
      () =>
        Math.floor(low + draw() * (high - low)),
  },
  pixels: {
    says: "whole numbers from 0 to 255",
    defaults: [],
    at:
      ({ draw }) =>
      () =>
        Math.floor(draw() * 256),
  },
  bits: {
    says: "0 or 1",
    defaults: [],
    at:
      ({ draw }) =>
      () =>
        draw() < 0.5 ? 0 : 1,
  },
  constant: {
    says: "constant:VALUE",
    defaults: [0],
    at:
      ({ parameters: [value = 0] }) =>
      () =>
        value,
  },
  values: {
    says: "values:V1,V2,… (again from the first where there are more elements)",
    defaults: [0, 1],
    any: true,
    at: ({ parameters }) => cycle(parameters)(),
  },
  mask: {
    says: "along the last axis at least half of it 1, then 0, as a mask of lengths",
    defaults: [],
    at: ({ dims, draw }) => {
      const size = dims.at(-1) ?? 1;
      let kept = size;
      return (index) => {
        // All of an axis masked, or none of it in the other sense, would prove nothing.
        if (index % size === 0) kept = Math.ceil(size / 2) + Math.floor(draw() * Math.floor(size / 2));
        return index % size < kept ? 1 : 0;
      };
    },
  },
  zeros: { says: "zeros", defaults: [], at: () => () => 0 },
  ones: { says: "ones", defaults: [], at: () => () => 1 },
  ramp: {
    says: "0, 1, 2 … along the last axis",
    defaults: [],
    at:
      ({ dims }) =>
      (index) =>
        index % (dims.at(-1) ?? 1),
  },
  "one-hot": {
    says: "a single 1 along the last axis",
    defaults: [],
    at: ({ dims, draw }) => {
      const size = dims.at(-1) ?? 1;
      let hot = 0;
      return (index) => {
        if (index % size === 0) hot = Math.floor(draw() * size);
        return index % size === hot ? 1 : 0;
      };
    },
  },
  edge: { says: "zeros of both signs, ones, the ends of float32 …", defaults: [], at: cycle(EDGES) },
  special: { says: "edge, and NaN and infinities", defaults: [], at: cycle(SPECIAL) },
};

export interface NamedStrategy {
  name: string;
  parameters: readonly number[];
}

/**
 * Reads `normal`, `uniform:-1,1` and the like; a number, several, or `true` and `false` stand for themselves.
 *
 * @throws CongruentError `E_FILL`
 * @example
 * ```ts
 * parseStrategy("uniform:-1,1"); // => { name: "uniform", parameters: [-1, 1] }
 * parseStrategy("zeros"); // => { name: "zeros", parameters: [] }
 * parseStrategy("16000"); // => { name: "constant", parameters: [16000] }
 * parseStrategy("0.667,1,0.8"); // => { name: "values", parameters: [0.667, 1, 0.8] }
 * ```
 */
export function parseStrategy(text: string): NamedStrategy {
  const plain = numbersOf(text);
  if (plain) return { name: plain.length === 1 ? "constant" : "values", parameters: plain };
  const [name = "", rest] = text.split(/:(.*)/s);
  const strategy = Object.hasOwn(strategies, name) ? strategies[name] : undefined;
  const said = rest === undefined ? [] : (numbersOf(rest) ?? [Number.NaN]);
  const fits = strategy?.any || said.length === 0 || said.length === strategy?.defaults.length;
  if (!strategy || said.some(Number.isNaN) || !fits) {
    throw new CongruentError({
      code: "E_FILL",
      what: `${text} is not a way to fill an input`,
      expected: `a number, several (1,2,3), true, false, or one of ${Object.entries(strategies)
        .map(([each, { says }]) => (says.startsWith(each) ? says : `${each} (${says})`))
        .join("; ")}`,
    });
  }
  return { name, parameters: said.length > 0 ? said : strategy.defaults };
}

const WORDS: Readonly<Record<string, number>> = { true: 1, false: 0 };

/** `1`, `1,2.5`, `[1, 2]`, `true`; null for what is no list of numbers. */
function numbersOf(text: string): number[] | null {
  const parts = text
    .trim()
    .replace(/^\[(.*)\]$/s, "$1")
    .split(",");
  const numbers = parts.map((part) => {
    const word = part.trim();
    return word === "" ? Number.NaN : (WORDS[word.toLowerCase()] ?? Number(word));
  });
  return numbers.some(Number.isNaN) ? null : numbers;
}

/** As reports name it: `uniform:0,1`. */
export function describeStrategy({ name, parameters }: NamedStrategy): string {
  return parameters.length === 0 ? name : `${name}:${parameters.join(",")}`;
}

/** The elements of an input, drawn by a seed of its own, so that other inputs do not change it. */
export function fill(
  { name, parameters }: NamedStrategy,
  dims: readonly number[],
  seed: number,
): (index: number) => number {
  const generator = mersenne(seed);
  const draw = () => (generator.next() >>> 0) / 2 ** 32;
  return (strategies[name] as Strategy).at({ dims, draw, parameters });
}
