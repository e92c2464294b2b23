import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { SOURCE } from "./generated/multiply-block.js";
import { assemblySpace, BLOCK, type BlockSpace, PANEL, portableSpace } from "./multiply-block.js";

const seed = 20_261_130;

/** Bits of every kind of double: subnormal, infinite, NaN. */
function fill(to: Float64Array, start: number): void {
  const words = new Uint32Array(to.buffer, to.byteOffset, 2 * to.length);
  let state = start >>> 0;
  for (let i = 0; i < words.length; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    words[i] = state;
  }
}

const panels = (most: number) => fc.integer({ min: 1, max: most / PANEL }).map((count) => count * PANEL);

describe("the loops of matrix products", () => {
  it("are compiled from the source as it is: else run scripts/reference-kernel.mjs", () => {
    const source = readFileSync(new URL("../wasm/multiply-block.ts", import.meta.url));
    expect(createHash("sha256").update(source).digest("hex")).toBe(SOURCE);
  });

  it("give the same bits in WebAssembly as in JavaScript, whatever the bits of the factors", () => {
    const fast = assemblySpace() as BlockSpace;
    expect(fast).not.toBeNull();
    const plain = portableSpace();
    const sizes = fc.record({
      terms: fc.integer({ min: 1, max: BLOCK.terms }),
      rows: panels(BLOCK.rows),
      columns: panels(BLOCK.columns),
      start: fc.nat(),
    });
    fc.assert(
      fc.property(sizes, ({ terms, rows, columns, start }) => {
        for (const space of [fast, plain]) {
          fill(space.left, start);
          fill(space.right, start + 1);
          fill(space.tile, start + 2);
          space.multiply(terms, rows, columns);
        }
        expect(fast.tile.subarray(0, rows * columns)).toEqual(plain.tile.subarray(0, rows * columns));
      }),
      { seed, numRuns: 25 },
    );
  });

  it("do without WebAssembly where there is none, and where it may not be compiled", () => {
    const holder = globalThis as { WebAssembly?: unknown };
    const { WebAssembly: given } = holder;
    try {
      holder.WebAssembly = undefined;
      expect(assemblySpace()).toBeNull();
      holder.WebAssembly = {
        validate: () => true,
        Module: class {
          constructor() {
            throw new Error("refused by the security policy");
          }
        },
      };
      expect(assemblySpace()).toBeNull();
    } finally {
      holder.WebAssembly = given;
    }
  });
});
