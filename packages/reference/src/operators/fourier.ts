import type { Call, Kernel, Operators } from "../call.js";
import { splitAtAxis } from "../shapes.js";
import { allocate, like, type Value } from "../value.js";

interface Signal {
  real: (k: number) => number;
  imaginary: (k: number) => number;
  /** Elements that the signal has; what is missing up to the transform's length is zero. */
  count: number;
}

/** By the definition: `bins` sums over `length` terms, forwards or (divided by the length) backwards. */
function transform(
  { real, imaginary, count }: Signal,
  length: number,
  bins: number,
  inverse: boolean,
): [number, number][] {
  const sign = inverse ? 1 : -1;
  const cosines = Float64Array.from({ length }, (_, k) => Math.cos((2 * Math.PI * k) / length));
  const sines = Float64Array.from({ length }, (_, k) => sign * Math.sin((2 * Math.PI * k) / length));
  const scale = inverse ? 1 / length : 1;
  return Array.from({ length: bins }, (_, f) => {
    let [re, im] = [0, 0];
    for (let k = 0; k < Math.min(count, length); k++) {
      const [c, s] = [cosines[(f * k) % length] as number, sines[(f * k) % length] as number];
      re += real(k) * c - imaginary(k) * s;
      im += real(k) * s + imaginary(k) * c;
    }
    return [re * scale, im * scale];
  });
}

/** Input [batch, …, signal, 1 or 2]: real, or real and imaginary parts. */
function dft(axisOf: (call: Call) => number): Kernel {
  return (call): Value[] => {
    const x = call.floats(0);
    const axis = call.axis(axisOf(call), x.dims.length);
    const parts = x.dims.at(-1) as number;
    const inverse = call.int("inverse", 0) === 1;
    const oneSided = call.int("onesided", 0) === 1;
    const { outer, size, inner } = splitAtAxis(x.dims, axis);
    const length = call.maybeNumbers(1)?.[0] ?? (inverse && oneSided ? 2 * (size - 1) : size);
    const bins = oneSided && !inverse ? Math.floor(length / 2) + 1 : length;
    const realOut = inverse && oneSided;
    const width = realOut ? 1 : 2;
    const lines = inner / parts;
    const dims = x.dims.with(axis, bins).with(-1, width);
    const data = allocate("float64", outer * bins * lines * width);
    for (let line = 0; line < outer * lines; line++) {
      const [o, i] = [Math.floor(line / lines), line % lines];
      const at = (k: number, part: number) => x.data[(o * size + k) * inner + i * parts + part] as number;
      const signal = realOut
        ? mirrored(at, size, length, parts)
        : {
            real: (k: number) => at(k, 0),
            imaginary: (k: number) => (parts === 2 ? at(k, 1) : 0),
            count: size,
          };
      transform(signal, length, bins, inverse).forEach(([re, im], f) => {
        const to = ((o * bins + f) * lines + i) * width;
        data[to] = re;
        if (!realOut) data[to + 1] = im;
      });
    }
    return [like(x as Value, data, dims)];
  };
}

/** The whole spectrum of a real signal, of which one side is given. */
function mirrored(
  at: (k: number, part: number) => number,
  size: number,
  length: number,
  parts: number,
): Signal {
  const half = (k: number) => (k < size && k <= length / 2 ? k : length - k);
  const known = (k: number) => half(k) < size;
  return {
    real: (k) => (known(k) ? at(half(k), 0) : 0),
    imaginary: (k) => (parts === 2 && known(k) ? (half(k) === k ? 1 : -1) * at(half(k), 1) : 0),
    count: length,
  };
}

/** Inputs signal [batch, length, 1 or 2], step, window, frame length. */
function stft(call: Call): Value[] {
  const x = call.floats(0);
  const step = call.numbers(1)[0] as number;
  const window = call.optional(2)?.data as Float64Array | undefined;
  const frame =
    call.maybeNumbers(3)?.[0] ??
    window?.length ??
    call.refuse("it has neither a window nor a frame length", "E_NODE_INPUT");
  const [batch = 1, length = 0, parts = 1] = x.dims;
  const bins = call.int("onesided", 1) === 1 ? Math.floor(frame / 2) + 1 : frame;
  const frames = Math.floor((length - frame) / step) + 1;
  const data = allocate("float64", batch * frames * bins * 2);
  for (let n = 0; n < batch; n++) {
    for (let t = 0; t < frames; t++) {
      const at = (k: number, part: number) =>
        (x.data[(n * length + t * step + k) * parts + part] as number) * (window?.[k] ?? 1);
      const signal = {
        real: (k: number) => at(k, 0),
        imaginary: (k: number) => (parts === 2 ? at(k, 1) : 0),
        count: frame,
      };
      transform(signal, frame, bins, false).forEach(([re, im], f) => {
        const to = ((n * frames + t) * bins + f) * 2;
        data[to] = re;
        data[to + 1] = im;
      });
    }
  }
  return [like(x as Value, data, [batch, frames, bins, 2])];
}

export const fourier: Operators = {
  DFT: { 17: dft((call) => call.int("axis", 1)), 20: dft((call) => call.maybeNumbers(2)?.[0] ?? -2) },
  STFT: { 17: stft },
};
