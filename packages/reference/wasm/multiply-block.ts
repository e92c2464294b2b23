// AssemblyScript: the innermost loops of the reference's matrix products, two doubles in each register. src/multiply-block.ts says what
// it computes, has the same loops in TypeScript, and is tested to give the same bits. `npm run source scripts/reference-kernel.mjs`
// compiles this file into src/generated/multiply-block.ts.

const DOUBLE: usize = 8;

/** tile[rows × columns] += left · right; all three are addresses, rows and columns whole panels of 4. */
export function multiply(left: usize, right: usize, tile: usize, terms: i32, rows: i32, columns: i32): void {
  const step = <usize>columns * DOUBLE;
  const panel = <usize>terms * DOUBLE;
  for (let j = 0; j < columns; j += 4) {
    for (let i = 0; i < rows; i += 4) {
      const to = tile + <usize>i * step + <usize>j * DOUBLE;
      multiplyPanels(left + <usize>i * panel, right + <usize>j * panel, to, terms, step);
    }
  }
}

/** Sixteen sums at a time, each in the order of its terms; a product is rounded before it is added. */
function multiplyPanels(left: usize, right: usize, to: usize, terms: i32, step: usize): void {
  const row1 = to + step;
  const row2 = row1 + step;
  const row3 = row2 + step;
  let s00 = v128.load(to);
  let s02 = v128.load(to, 16);
  let s10 = v128.load(row1);
  let s12 = v128.load(row1, 16);
  let s20 = v128.load(row2);
  let s22 = v128.load(row2, 16);
  let s30 = v128.load(row3);
  let s32 = v128.load(row3, 16);
  for (let term = 0; term < terms; term++) {
    const r0 = v128.load(right);
    const r2 = v128.load(right, 16);
    const l0 = v128.load64_splat(left);
    s00 = f64x2.add(s00, f64x2.mul(l0, r0));
    s02 = f64x2.add(s02, f64x2.mul(l0, r2));
    const l1 = v128.load64_splat(left, 8);
    s10 = f64x2.add(s10, f64x2.mul(l1, r0));
    s12 = f64x2.add(s12, f64x2.mul(l1, r2));
    const l2 = v128.load64_splat(left, 16);
    s20 = f64x2.add(s20, f64x2.mul(l2, r0));
    s22 = f64x2.add(s22, f64x2.mul(l2, r2));
    const l3 = v128.load64_splat(left, 24);
    s30 = f64x2.add(s30, f64x2.mul(l3, r0));
    s32 = f64x2.add(s32, f64x2.mul(l3, r2));
    left += 32;
    right += 32;
  }
  v128.store(to, s00);
  v128.store(to, s02, 16);
  v128.store(row1, s10);
  v128.store(row1, s12, 16);
  v128.store(row2, s20);
  v128.store(row2, s22, 16);
  v128.store(row3, s30);
  v128.store(row3, s32, 16);
}
