/** How evenly spread positions of [0, 1] become numbers of a range, and back: Keras Tuner's `sampling`. */
export interface Scale {
  at(position: number): number;
  position(value: number): number;
}

export type Sampling = "linear" | "log" | "reverseLog";

/**
 * @example
 * ```ts
 * const log = scaleOf("log", 1e-4, 1);
 * log.at(0.5).toPrecision(6); // => "0.0100000"
 * log.position(0.1).toPrecision(6); // => "0.750000"
 * ```
 */
export function scaleOf(sampling: Sampling, min: number, max: number): Scale {
  return scales[sampling](min, max);
}

const scales: Record<Sampling, (min: number, max: number) => Scale> = {
  linear: (min, max) => ({
    at: (position) => min + position * (max - min),
    position: (value) => (value - min) / (max - min),
  }),
  log,
  /** Dense at the upper end as `log` is at the lower one. */
  reverseLog(min, max) {
    const mirror = log(min, max);
    return {
      at: (position) => max + min - mirror.at(1 - position),
      position: (value) => 1 - mirror.position(max + min - value),
    };
  },
};

function log(min: number, max: number): Scale {
  const range = Math.log(max / min);
  return {
    at: (position) => min * Math.exp(position * range),
    position: (value) => Math.log(value / min) / range,
  };
}
