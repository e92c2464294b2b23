/** What `readPlainRow` says instead of where the next row begins. */
export const ODD = -1;
export const INCOMPLETE = -2;

/** Where the value of a column goes: a pixel's place in the image, or one of these. */
export const LABEL = -1;
export const IGNORED = -2;

/** A target that is filled row by row. */
export interface PlainTarget {
  /** Place of each column's value. */
  slots: Int32Array;
  pixels: Uint8Array;
  /** The largest label that a plain number may say; -1 where labels are to be looked at as text. */
  maxLabel: number;
  /** Of the row that was read last. */
  label: number;
}

const [LF, CR, ZERO, MAX_DIGITS] = [0x0a, 0x0d, 0x30, 9];

/**
 * Reads one row that holds nothing but whole numbers without signs, straight into the image's bytes. This is the fast path for what
 * nearly every row is; of anything else, be it right or wrong, it says `ODD` and leaves it to the library. `INCOMPLETE`: the
 * row's end is not among the bytes before `end`. The image's bytes may be written in either case.
 *
 * @param base where the row's image begins in the pixels
 * @returns where the next row begins
 */
export function readPlainRow(
  bytes: Uint8Array,
  begin: number,
  end: number,
  delimiter: number,
  target: PlainTarget,
  base: number,
): number {
  const { slots, pixels, maxLabel } = target;
  const columns = slots.length;
  let column = 0;
  let value = 0;
  let digits = 0;
  for (let at = begin; at < end; at++) {
    const byte = bytes[at] as number;
    const digit = byte - ZERO;
    if (digit >= 0 && digit <= 9) {
      value = value * 10 + digit;
      digits++;
      continue;
    }
    const ends = byte === LF || byte === CR;
    if (!ends && byte !== delimiter) return ODD;
    if (digits === 0 || digits > MAX_DIGITS || column === columns) return ODD;
    const slot = slots[column++] as number;
    if (slot >= 0) {
      if (value > 255) return ODD;
      pixels[base + slot] = value;
    } else if (slot === LABEL) {
      if (value > maxLabel) return ODD;
      target.label = value;
    }
    value = 0;
    digits = 0;
    if (!ends) continue;
    if (column !== columns) return ODD;
    if (byte === LF) return at + 1;
    if (at + 1 === end) return INCOMPLETE;
    return bytes[at + 1] === LF ? at + 2 : at + 1;
  }
  return INCOMPLETE;
}
