/**
 * Products of matrices of doubles, in blocks that fit a processor's caches.
 *
 * Each element of the result is one sum in a fixed order: what stands there already, then the terms from the first to the last. So the
 * bits are those of the plain triple loop, on every machine.
 */

/** Columns (or rows) that the innermost loop computes side by side, in variables. */
export const PANEL = 4;
/** Terms, columns and rows of a block: 512 KiB of the right factor, 128 KiB of the left. */
const TERMS = 256;
const COLUMNS = 256;
const ROWS = 64;

/**
 * A factor that copies a block of itself into panels: `PANEL` lines side by side, term after term. A line is a row of the left factor
 * and a column of the right one.
 *
 * @param to gets lines `line` … `line + lines − 1` (a multiple of PANEL; what is beyond the factor is zero), and of each the terms
 * `term` … `term + terms − 1`
 */
export type Pack = (to: Float64Array, line: number, lines: number, term: number, terms: number) => void;

export interface BlockedProduct {
  /** Rows of the left factor, terms of each sum, columns of the right factor. */
  m: number;
  k: number;
  n: number;
  left: Pack;
  right: Pack;
  /** Holds the start of each sum: zero, or a bias. Dense rows of n elements from `at` on. */
  out: Float64Array;
  at: number;
}

let leftBlock: Float64Array | undefined;
let rightBlock: Float64Array | undefined;
const edge = new Float64Array(PANEL * PANEL);

/** out[m × n] += left[m × k] · right[k × n] */
export function blockedProduct({ m, k, n, left, right, out, at }: BlockedProduct): void {
  leftBlock ??= new Float64Array(ROWS * TERMS);
  rightBlock ??= new Float64Array(COLUMNS * TERMS);
  for (let column = 0; column < n; column += COLUMNS) {
    const columns = Math.min(COLUMNS, n - column);
    for (let term = 0; term < k; term += TERMS) {
      const terms = Math.min(TERMS, k - term);
      right(rightBlock, column, wholePanels(columns), term, terms);
      for (let row = 0; row < m; row += ROWS) {
        const rows = Math.min(ROWS, m - row);
        left(leftBlock, row, wholePanels(rows), term, terms);
        multiplyBlock(leftBlock, rightBlock, terms, {
          rows,
          columns,
          out,
          at: at + row * n + column,
          step: n,
        });
      }
    }
  }
}

function wholePanels(lines: number): number {
  return Math.ceil(lines / PANEL) * PANEL;
}

interface Target {
  rows: number;
  columns: number;
  out: Float64Array;
  at: number;
  /** From one row of `out` to the next. */
  step: number;
}

function multiplyBlock(
  left: Float64Array,
  right: Float64Array,
  terms: number,
  { rows, columns, out, at, step }: Target,
): void {
  for (let j = 0; j < columns; j += PANEL) {
    for (let i = 0; i < rows; i += PANEL) {
      const [height, width] = [Math.min(PANEL, rows - i), Math.min(PANEL, columns - j)];
      const to = at + i * step + j;
      if (height === PANEL && width === PANEL) {
        multiplyPanels(left, i * terms, right, j * terms, terms, out, to, step);
        continue;
      }
      copyTile(out, to, step, edge, 0, PANEL, height, width);
      multiplyPanels(left, i * terms, right, j * terms, terms, edge, 0, PANEL);
      copyTile(edge, 0, PANEL, out, to, step, height, width);
    }
  }
}

function copyTile(
  from: Float64Array,
  at: number,
  step: number,
  to: Float64Array,
  toAt: number,
  toStep: number,
  height: number,
  width: number,
): void {
  for (let i = 0; i < height; i++) {
    for (let j = 0; j < width; j++) to[toAt + i * toStep + j] = from[at + i * step + j] as number;
  }
}

/** Sixteen sums at a time: each number that is loaded is used four times, and no sum waits for another. */
function multiplyPanels(
  left: Float64Array,
  leftAt: number,
  right: Float64Array,
  rightAt: number,
  terms: number,
  out: Float64Array,
  at: number,
  step: number,
): void {
  const [row1, row2, row3] = [at + step, at + 2 * step, at + 3 * step];
  let s00 = out[at] as number;
  let s01 = out[at + 1] as number;
  let s02 = out[at + 2] as number;
  let s03 = out[at + 3] as number;
  let s10 = out[row1] as number;
  let s11 = out[row1 + 1] as number;
  let s12 = out[row1 + 2] as number;
  let s13 = out[row1 + 3] as number;
  let s20 = out[row2] as number;
  let s21 = out[row2 + 1] as number;
  let s22 = out[row2 + 2] as number;
  let s23 = out[row2 + 3] as number;
  let s30 = out[row3] as number;
  let s31 = out[row3 + 1] as number;
  let s32 = out[row3 + 2] as number;
  let s33 = out[row3 + 3] as number;
  let l = leftAt;
  let r = rightAt;
  for (let term = 0; term < terms; term++) {
    const r0 = right[r] as number;
    const r1 = right[r + 1] as number;
    const r2 = right[r + 2] as number;
    const r3 = right[r + 3] as number;
    const l0 = left[l] as number;
    s00 += l0 * r0;
    s01 += l0 * r1;
    s02 += l0 * r2;
    s03 += l0 * r3;
    const l1 = left[l + 1] as number;
    s10 += l1 * r0;
    s11 += l1 * r1;
    s12 += l1 * r2;
    s13 += l1 * r3;
    const l2 = left[l + 2] as number;
    s20 += l2 * r0;
    s21 += l2 * r1;
    s22 += l2 * r2;
    s23 += l2 * r3;
    const l3 = left[l + 3] as number;
    s30 += l3 * r0;
    s31 += l3 * r1;
    s32 += l3 * r2;
    s33 += l3 * r3;
    l += PANEL;
    r += PANEL;
  }
  out[at] = s00;
  out[at + 1] = s01;
  out[at + 2] = s02;
  out[at + 3] = s03;
  out[row1] = s10;
  out[row1 + 1] = s11;
  out[row1 + 2] = s12;
  out[row1 + 3] = s13;
  out[row2] = s20;
  out[row2 + 1] = s21;
  out[row2 + 2] = s22;
  out[row2 + 3] = s23;
  out[row3] = s30;
  out[row3 + 1] = s31;
  out[row3 + 2] = s32;
  out[row3 + 3] = s33;
}

/** A matrix whose lines' terms lie side by side: the rows of a left factor. */
export function packDense(data: Float64Array, at: number, size: number, count: number): Pack {
  return (to, line, lines, term, terms) => {
    for (let panel = 0; panel < lines; panel += PANEL) {
      for (let i = 0; i < PANEL; i++) {
        let place = panel * terms + i;
        const from = at + (line + panel + i) * size + term;
        const inside = line + panel + i < count;
        for (let t = 0; t < terms; t++, place += PANEL) to[place] = inside ? (data[from + t] as number) : 0;
      }
    }
  };
}

/** A matrix whose terms' lines lie side by side: the columns of a right factor. */
export function packStrided(data: Float64Array, at: number, count: number): Pack {
  return (to, line, lines, term, terms) => {
    for (let panel = 0; panel < lines; panel += PANEL) {
      let place = panel * terms;
      let from = at + term * count + line + panel;
      const left = count - line - panel;
      if (left >= PANEL) {
        for (let t = 0; t < terms; t++, place += PANEL, from += count) {
          to[place] = data[from] as number;
          to[place + 1] = data[from + 1] as number;
          to[place + 2] = data[from + 2] as number;
          to[place + 3] = data[from + 3] as number;
        }
        continue;
      }
      for (let t = 0; t < terms; t++, place += PANEL, from += count) {
        for (let j = 0; j < PANEL; j++) to[place + j] = j < left ? (data[from + j] as number) : 0;
      }
    }
  };
}
