/**
 * The innermost loops of matrix products, on blocks that have been copied into panels: in WebAssembly with two doubles in each
 * register where an engine has that, else in plain JavaScript. The bits are the same: each element of the tile is one sum, what
 * stands there already and then the terms from the first to the last, each product rounded before it is added.
 */
import { MODULE } from "./generated/multiply-block.js";

/** Lines (rows of the left factor, columns of the right one) that the innermost loop computes side by side, in registers. */
export const PANEL = 4;
/** The most terms, columns and rows of a block: 512 KiB of the right factor, 128 KiB of the left. */
export const BLOCK = { terms: 256, columns: 256, rows: 64 } as const;

export interface BlockSpace {
  /** Panels of PANEL rows side by side, term after term. */
  left: Float64Array;
  /** Panels of PANEL columns side by side, term after term. */
  right: Float64Array;
  /** Dense rows of `columns` elements. */
  tile: Float64Array;
  /** tile[rows × columns] += left[rows × terms] · right[terms × columns]; rows and columns are multiples of PANEL. */
  multiply(terms: number, rows: number, columns: number): void;
}

const LEFT = BLOCK.rows * BLOCK.terms;
const RIGHT = BLOCK.columns * BLOCK.terms;
const TILE = BLOCK.rows * BLOCK.columns;

let space: BlockSpace | undefined;

/** The one space of this thread. */
export function blockSpace(): BlockSpace {
  space ??= assemblySpace() ?? portableSpace();
  return space;
}

/** What is used of WebAssembly, which neither ES2023 nor Node's types declare. */
interface Assembly {
  validate(bytes: Uint8Array): boolean;
  Module: new (bytes: Uint8Array) => object;
  Instance: new (
    module: object,
  ) => {
    exports: {
      memory: { buffer: ArrayBuffer };
      multiply(left: number, right: number, tile: number, terms: number, rows: number, columns: number): void;
    };
  };
}

/** Addresses below belong to AssemblyScript. */
const FIRST = 1024;

/** Null where there is no WebAssembly, none with SIMD, or a page's security policy forbids to compile it. */
export function assemblySpace(): BlockSpace | null {
  const { WebAssembly: assembly } = globalThis as { WebAssembly?: Assembly };
  const bytes = Uint8Array.from(atob(MODULE), (character) => character.charCodeAt(0));
  if (!assembly?.validate(bytes)) return null;
  let module: object;
  try {
    module = new assembly.Module(bytes);
  } catch {
    // A security policy without 'wasm-unsafe-eval': the loops in JavaScript give the same bits.
    return null;
  }
  const { memory, multiply } = new assembly.Instance(module).exports;
  const [left, right, tile] = [FIRST, FIRST + 8 * LEFT, FIRST + 8 * (LEFT + RIGHT)] as const;
  return {
    left: new Float64Array(memory.buffer, left, LEFT),
    right: new Float64Array(memory.buffer, right, RIGHT),
    tile: new Float64Array(memory.buffer, tile, TILE),
    multiply: (terms, rows, columns) => multiply(left, right, tile, terms, rows, columns),
  };
}

export function portableSpace(): BlockSpace {
  const [left, right, tile] = [new Float64Array(LEFT), new Float64Array(RIGHT), new Float64Array(TILE)];
  return {
    left,
    right,
    tile,
    multiply(terms, rows, columns) {
      for (let j = 0; j < columns; j += PANEL) {
        for (let i = 0; i < rows; i += PANEL) {
          multiplyPanels(left, i * terms, right, j * terms, terms, tile, i * columns + j, columns);
        }
      }
    },
  };
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
