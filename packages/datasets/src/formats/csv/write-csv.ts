import { sizeOf } from "@congruent/core";
import type { Split } from "../../protocol.js";

const BLOCK = 2 ** 20;
const [COMMA, LF] = [0x2c, 0x0a];

/**
 * Images as the text of a CSV file, in pieces: the label, then the pixels row by row (channels innermost), a line feed
 * behind each image. What `readCsv` reads.
 *
 * @param header whether the first line names the columns: label, pixel0, pixel1 …
 * @example
 * ```ts
 * const images = tensor("uint8", Uint8Array.of(0, 255, 7, 0), [1, 2, 2, 1]);
 * const parts = [...writeCsv({ images, labels: Uint8Array.of(3) })];
 * new TextDecoder().decode(parts[0]); // => "3,0,255,7,0\n"
 * ```
 */
export function* writeCsv(
  { images, labels }: Split,
  { header = false }: { header?: boolean } = {},
): Generator<Uint8Array> {
  const stride = sizeOf(images.dims.slice(1));
  if (header) {
    const names = Array.from({ length: stride }, (_, i) => `pixel${i}`);
    yield new TextEncoder().encode(`${["label", ...names].join(",")}\n`);
  }
  // A label has 10 digits at most, a pixel 3.
  const longest = 11 + 4 * stride;
  const rowsInBlock = Math.max(1, Math.floor(BLOCK / longest));
  for (let begin = 0; begin < labels.length; begin += rowsInBlock) {
    const end = Math.min(begin + rowsInBlock, labels.length);
    const block = new Uint8Array((end - begin) * longest);
    let at = 0;
    for (let row = begin; row < end; row++) {
      at = writeNumber(block, at, labels[row] as number);
      for (let i = row * stride; i < (row + 1) * stride; i++) {
        block[at++] = COMMA;
        at = writeNumber(block, at, images.data[i] as number);
      }
      block[at++] = LF;
    }
    yield block.subarray(0, at);
  }
}

/** The digits of a whole number from 0 up; returns where they end. */
function writeNumber(target: Uint8Array, at: number, value: number): number {
  let digits = 1;
  for (let left = value; left >= 10; left = Math.floor(left / 10)) digits++;
  for (let i = digits - 1, left = value; i >= 0; i--, left = Math.floor(left / 10)) {
    target[at + i] = 0x30 + (left % 10);
  }
  return at + digits;
}
