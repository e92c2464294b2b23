/** How a hand may write each digit: strokes of positions, 0..1 from left to right and top to bottom. */

export interface Position {
  x: number;
  y: number;
}
export type Strokes = readonly (readonly Position[])[];

const points = (text: string): Position[] =>
  text.split(" ").map((pair) => {
    const [x = 0, y = 0] = pair.split(",").map(Number);
    return { x: x / 100, y: y / 100 };
  });

export const DIGITS: readonly Strokes[] = [
  [points("50,18 38,22 31,36 29,52 32,68 41,80 52,82 63,76 69,62 70,46 66,30 58,20 50,18")],
  [points("53,18 52,34 51,50 50,66 49,82")],
  [points("32,32 38,22 50,18 62,22 66,34 60,48 48,60 37,72 32,80 46,79 58,80 70,81")],
  [points("33,24 46,18 60,20 65,31 60,42 47,48 60,51 68,61 66,73 54,81 40,80 31,73")],
  [points("38,18 35,32 32,48 46,50 60,50 71,49"), points("62,20 61,38 60,56 59,70 58,84")],
  [points("66,19 52,19 39,20 37,33 36,46 48,42 60,45 67,56 64,70 53,80 41,80 32,74")],
  [points("62,17 49,28 39,44 34,60 38,75 49,82 60,78 65,67 60,57 49,54 39,60 36,68")],
  [points("31,21 45,20 58,20 69,20 62,36 55,52 49,68 45,83")],
  [points("62,26 50,18 39,23 37,34 48,46 60,56 65,68 58,79 47,82 37,76 36,65 45,53 57,43 64,33 62,26")],
  [points("64,34 56,22 44,21 35,31 37,43 48,48 59,43 64,32 63,46 61,60 58,72 55,84")],
];

/** A 32-bit generator (mulberry32): the same digits for the same seed, everywhere. */
export function generator(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

export interface SeededDigit {
  digit: number;
  strokes: Strokes;
}

/** A digit chosen by a seed, a little turned, resized and moved, as no two people write alike. */
export function seededDigit(seed: number): SeededDigit {
  const random = generator(seed);
  const digit = Math.floor(random() * DIGITS.length);
  const between = (low: number, high: number) => low + (high - low) * random();
  const angle = between(-0.08, 0.08);
  const scale = { x: between(0.9, 1.1), y: between(0.95, 1.1) };
  const shift = { x: between(-0.05, 0.05), y: between(-0.04, 0.04) };
  const move = ({ x, y }: Position): Position => {
    const [dx, dy] = [(x - 0.5) * scale.x, (y - 0.5) * scale.y];
    return {
      x: 0.5 + dx * Math.cos(angle) - dy * Math.sin(angle) + shift.x,
      y: 0.5 + dx * Math.sin(angle) + dy * Math.cos(angle) + shift.y,
    };
  };
  return { digit, strokes: DIGITS[digit]!.map((stroke) => stroke.map(move)) };
}
