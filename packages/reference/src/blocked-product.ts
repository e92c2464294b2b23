/** Products of matrices of doubles, in blocks that fit a processor's caches. */
import { BLOCK, blockSpace, PANEL } from "./multiply-block.js";

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

/**
 * out[m × n] += left[m × k] · right[k × n]. Each element is one sum in a fixed order, what stands there already and then the terms from
 * the first to the last: the bits are those of the plain triple loop.
 */
export function blockedProduct({ m, k, n, left, right, out, at }: BlockedProduct): void {
  const space = blockSpace();
  for (let column = 0; column < n; column += BLOCK.columns) {
    const columns = Math.min(BLOCK.columns, n - column);
    for (let term = 0; term < k; term += BLOCK.terms) {
      const terms = Math.min(BLOCK.terms, k - term);
      right(space.right, column, wholePanels(columns), term, terms);
      for (let row = 0; row < m; row += BLOCK.rows) {
        const rows = Math.min(BLOCK.rows, m - row);
        left(space.left, row, wholePanels(rows), term, terms);
        const to = at + row * n + column;
        copyRows(out, to, n, space.tile, 0, wholePanels(columns), rows, columns);
        space.multiply(terms, wholePanels(rows), wholePanels(columns));
        copyRows(space.tile, 0, wholePanels(columns), out, to, n, rows, columns);
      }
    }
  }
}

function wholePanels(lines: number): number {
  return Math.ceil(lines / PANEL) * PANEL;
}

/** What is beyond the rows and columns of a tile is whatever was there: it is computed with, and thrown away. */
function copyRows(
  from: Float64Array,
  at: number,
  step: number,
  to: Float64Array,
  toAt: number,
  toStep: number,
  rows: number,
  columns: number,
): void {
  for (let i = 0; i < rows; i++) {
    const [source, target] = [at + i * step, toAt + i * toStep];
    for (let j = 0; j < columns; j++) to[target + j] = from[source + j] as number;
  }
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
