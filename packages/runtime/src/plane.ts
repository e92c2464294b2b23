/** One channel of a picture, rows from the top. */
export interface Plane {
  data: Float32Array;
  width: number;
  height: number;
}

/**
 * Resizes with antialiasing: an axis that shrinks is averaged over the area that each new pixel covers, one that grows is
 * interpolated linearly between pixel centers.
 */
export function resize(source: Plane, width: number, height: number): Plane {
  return transpose(resizeRows(transpose(resizeRows(source, width)), height));
}

function transpose({ data, width, height }: Plane): Plane {
  return {
    data: Float32Array.from({ length: data.length }, (_, i) => {
      const x = Math.floor(i / height);
      return data[(i - x * height) * width + x] as number;
    }),
    width: height,
    height: width,
  };
}

function resizeRows(source: Plane, width: number): Plane {
  if (source.width === width) return source;
  const taps = Array.from({ length: width }, (_, x) =>
    width < source.width
      ? areaTaps(x, source.width / width)
      : linearTaps(x, source.width / width, source.width),
  );
  const data = new Float32Array(width * source.height);
  for (let y = 0; y < source.height; y++) {
    for (const [x, { begin, weights }] of taps.entries()) {
      let sum = 0;
      for (const [k, weight] of weights.entries()) {
        sum += weight * (source.data[y * source.width + begin + k] as number);
      }
      data[y * width + x] = sum;
    }
  }
  return { data, width, height: source.height };
}

/** The source pixels that one new pixel is made of, and their shares. */
interface Taps {
  begin: number;
  weights: number[];
}

function areaTaps(x: number, ratio: number): Taps {
  const from = x * ratio;
  const to = from + ratio;
  const begin = Math.floor(from);
  // Slightly less, so that rounding does not add an empty pixel beyond the edge.
  const end = Math.ceil(to - 1e-9);
  const weights = Array.from(
    { length: end - begin },
    (_, k) => (Math.min(begin + k + 1, to) - Math.max(begin + k, from)) / ratio,
  );
  return { begin, weights };
}

function linearTaps(x: number, ratio: number, length: number): Taps {
  const position = Math.max(0, Math.min(length - 1, (x + 0.5) * ratio - 0.5));
  const begin = Math.min(Math.floor(position), Math.max(0, length - 2));
  const share = position - begin;
  return { begin, weights: length === 1 ? [1] : [1 - share, share] };
}

/** The smallest part that holds every value above the threshold, or null where there is none. */
export function boundingBox({ data, width, height }: Plane, threshold: number): Plane | null {
  let [left, top, right, bottom] = [width, height, -1, -1];
  data.forEach((value, i) => {
    if (value <= threshold) return;
    const x = i % width;
    const y = (i - x) / width;
    left = Math.min(left, x);
    right = Math.max(right, x);
    top = Math.min(top, y);
    bottom = Math.max(bottom, y);
  });
  if (right < 0) return null;
  const box: Plane = { data: new Float32Array(0), width: right - left + 1, height: bottom - top + 1 };
  box.data = Float32Array.from({ length: box.width * box.height }, (_, i) => {
    const x = i % box.width;
    return data[(top + (i - x) / box.width) * width + left + x] as number;
  });
  return box;
}

/** In pixel indices; the middle where everything is 0. */
export function centerOfMass({ data, width, height }: Plane): { x: number; y: number } {
  let [mass, x, y] = [0, 0, 0];
  data.forEach((value, i) => {
    const column = i % width;
    mass += value;
    x += value * column;
    y += (value * (i - column)) / width;
  });
  return mass > 0 ? { x: x / mass, y: y / mass } : { x: (width - 1) / 2, y: (height - 1) / 2 };
}

/** Copies one plane into another, its upper left corner at (left, top). */
export function paste(source: Plane, target: Plane, left: number, top: number): void {
  for (let y = 0; y < source.height; y++) {
    target.data.set(
      source.data.subarray(y * source.width, (y + 1) * source.width),
      (top + y) * target.width + left,
    );
  }
}
