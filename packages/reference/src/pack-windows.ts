import type { Pack } from "./blocked-product.js";
import { PANEL } from "./multiply-block.js";
import { volume, type Windows } from "./windows.js";

/** Where each element of a window over some channels lies: for each term of a convolution's sums, in the order of its weights. */
export interface Taps {
  /** From the window's first element, channels and spatial axes together. */
  offset: Int32Array;
  /** From the window's begin along depth, height and width. */
  depth: Int32Array;
  height: Int32Array;
  width: Int32Array;
}

export function tapsOf({ input, kernel, dilations }: Windows, channels: number): Taps {
  const [inD, inH, inW] = input;
  const count = channels * volume(kernel);
  const taps: Taps = {
    offset: new Int32Array(count),
    depth: new Int32Array(count),
    height: new Int32Array(count),
    width: new Int32Array(count),
  };
  let at = 0;
  for (let c = 0; c < channels; c++) {
    for (let i = 0; i < kernel[0]; i++) {
      for (let j = 0; j < kernel[1]; j++) {
        for (let k = 0; k < kernel[2]; k++) {
          const [d, h, w] = [i * dilations[0], j * dilations[1], k * dilations[2]];
          taps.offset[at] = ((c * inD + d) * inH + h) * inW + w;
          taps.depth[at] = d;
          taps.height[at] = h;
          taps.width[at] = w;
          at++;
        }
      }
    }
  }
  return taps;
}

/**
 * The right factor of a convolution as a product of matrices: a column for each window, a term for each element of it, zero in the
 * padding. It is never there as a whole, only block by block.
 *
 * @param at where the first channel begins in `x`
 */
export function packWindows(windows: Windows, taps: Taps, x: Float64Array, at: number): Pack {
  const { input, output, strides, padsBegin, kernel, dilations } = windows;
  const [inD, inH, inW] = input;
  const [, outH, outW] = output;
  const count = volume(output);
  const reachD = (kernel[0] - 1) * dilations[0];
  const reachH = (kernel[1] - 1) * dilations[1];
  const reachW = (kernel[2] - 1) * dilations[2];
  const { offset, depth, height, width } = taps;
  const [d, h, w, base] = [
    new Int32Array(PANEL),
    new Int32Array(PANEL),
    new Int32Array(PANEL),
    new Int32Array(PANEL),
  ];

  /** Notes where a panel's windows begin; whether none of them reaches into the padding. */
  function begin(line: number): boolean {
    let inner = line + PANEL <= count;
    for (let j = 0; j < PANEL; j++) {
      const window = Math.min(line + j, count - 1);
      const row = Math.floor(window / outW);
      const plane = Math.floor(row / outH);
      const atD = plane * strides[0] - padsBegin[0];
      const atH = (row - plane * outH) * strides[1] - padsBegin[1];
      const atW = (window - row * outW) * strides[2] - padsBegin[2];
      d[j] = atD;
      h[j] = atH;
      w[j] = atW;
      base[j] = at + (atD * inH + atH) * inW + atW;
      inner &&= atD >= 0 && atH >= 0 && atW >= 0;
      inner &&= atD + reachD < inD && atH + reachH < inH && atW + reachW < inW;
    }
    return inner;
  }

  function copyInner(to: Float64Array, place: number, term: number, terms: number): void {
    const [b0, b1, b2, b3] = base as unknown as [number, number, number, number];
    let p = place;
    for (let t = term; t < term + terms; t++, p += PANEL) {
      const by = offset[t] as number;
      to[p] = x[b0 + by] as number;
      to[p + 1] = x[b1 + by] as number;
      to[p + 2] = x[b2 + by] as number;
      to[p + 3] = x[b3 + by] as number;
    }
  }

  function copyPadded(to: Float64Array, place: number, term: number, terms: number, lines: number): void {
    for (let j = 0; j < PANEL; j++) {
      const [atD, atH, atW, from] = [d[j], h[j], w[j], base[j]] as [number, number, number, number];
      let p = place + j;
      for (let t = term; t < term + terms; t++, p += PANEL) {
        const a = atD + (depth[t] as number);
        const b = atH + (height[t] as number);
        const c = atW + (width[t] as number);
        const inside = j < lines && a >= 0 && a < inD && b >= 0 && b < inH && c >= 0 && c < inW;
        to[p] = inside ? (x[from + (offset[t] as number)] as number) : 0;
      }
    }
  }

  return (to, line, lines, term, terms) => {
    for (let panel = 0; panel < lines; panel += PANEL) {
      if (begin(line + panel)) copyInner(to, panel * terms, term, terms);
      else copyPadded(to, panel * terms, term, terms, count - line - panel);
    }
  };
}
