/** Red, green and blue (0..255) of `#rrggbb`. */
function channels(color: string): [number, number, number] {
  const value = Number.parseInt(color.slice(1), 16);
  return [value >> 16, (value >> 8) & 255, value & 255];
}

/**
 * The color at `share` (0..1) of the way from one `#rrggbb` to another, as echarts interpolates.
 *
 * @example
 * ```ts
 * mix("#000000", "#ffffff", 0.5); // => "#808080"
 * ```
 */
export function mix(from: string, to: string, share: number): string {
  const end = channels(to);
  const mixed = channels(from).map((value, index) =>
    Math.round(value + ((end[index] ?? value) - value) * share),
  );
  return `#${mixed.map((value) => value.toString(16).padStart(2, "0")).join("")}`;
}

/** Relative luminance of WCAG 2. */
function luminance(color: string): number {
  const [red, green, blue] = channels(color).map((value) => {
    const share = value / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/**
 * Contrast ratio of WCAG 2 between two `#rrggbb`, 1 to 21.
 *
 * @example
 * ```ts
 * contrast("#000000", "#ffffff"); // => 21
 * ```
 */
export function contrast(a: string, b: string): number {
  const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y) as [number, number];
  return (high + 0.05) / (low + 0.05);
}

/** The ink that is easiest to read on a fill. */
export function readableInk(fill: string, inks: readonly [string, string]): string {
  return contrast(fill, inks[0]) >= contrast(fill, inks[1]) ? inks[0] : inks[1];
}
