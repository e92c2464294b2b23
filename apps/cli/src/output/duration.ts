const MINUTE = 60;
const HOUR = 60 * MINUTE;

/**
 * A time as a person says it: whole seconds, then minutes and seconds, then hours and minutes.
 *
 * @example
 * ```ts
 * durationText(0.3); // => "1 s"
 * durationText(100); // => "1 min 40 s"
 * durationText(7320); // => "2 h 2 min"
 * ```
 */
export function durationText(seconds: number): string {
  const whole = Math.ceil(seconds);
  if (whole < MINUTE) return `${whole} s`;
  if (whole < HOUR) return joined([Math.floor(whole / MINUTE), "min"], [whole % MINUTE, "s"]);
  const minutes = Math.ceil(seconds / MINUTE);
  return joined([Math.floor(minutes / MINUTE), "h"], [minutes % MINUTE, "min"]);
}

function joined(...parts: [number, string][]): string {
  return parts
    .filter(([count], i) => i === 0 || count > 0)
    .map(([count, unit]) => `${count} ${unit}`)
    .join(" ");
}
