/** How evenly spread places of [0, 1] become numbers of a range, and back: Keras Tuner's `sampling`. */
export interface Scale {
  at(place: number): number;
  place(value: number): number;
}

export type Sampling = "linear" | "log" | "reverseLog";

/**
 * @example
 * ```ts
 * const log = scaleOf("log", 1e-4, 1);
 * log.at(0.5).toPrecision(6); // => "0.0100000"
 * log.place(0.1).toPrecision(6); // => "0.750000"
 * ```
 */
export function scaleOf(sampling: Sampling, min: number, max: number): Scale {
  return scales[sampling](min, max);
}

const scales: Record<Sampling, (min: number, max: number) => Scale> = {
  linear: (min, max) => ({
    at: (place) => min + place * (max - min),
    place: (value) => (value - min) / (max - min),
  }),
  log,
  /** Dense at the upper end as `log` is at the lower one. */
  reverseLog(min, max) {
    const mirror = log(min, max);
    return {
      at: (place) => max + min - mirror.at(1 - place),
      place: (value) => 1 - mirror.place(max + min - value),
    };
  },
};

function log(min: number, max: number): Scale {
  const range = Math.log(max / min);
  return {
    at: (place) => min * Math.exp(place * range),
    place: (value) => Math.log(value / min) / range,
  };
}
