/** How numbers are written wherever a person reads them: terminal, Markdown and HTML show the same characters. */

/**
 * A difference or a bound: small ones as powers of ten with two significant digits, others with three; null (NaN or
 * infinity where a number belongs) in words.
 *
 * @example
 * ```ts
 * formatDifference(5.96e-8); // => "6.0e-8"
 * formatDifference(16.3712); // => "16.4"
 * formatDifference(0); // => "0"
 * formatDifference(null); // => "not finite"
 * ```
 */
export function formatDifference(value: number | null): string {
  if (value === null || !Number.isFinite(value)) return "not finite";
  if (value === 0) return "0";
  const size = Math.abs(value);
  return size < 1e-3 || size >= 1e5 ? value.toExponential(1) : String(Number(value.toPrecision(3)));
}

/**
 * A fraction as a percentage with two decimals.
 *
 * @example
 * ```ts
 * formatPercent(0.98974); // => "98.97 %"
 * ```
 */
export function formatPercent(fraction: number): string {
  return `${(fraction * 100).toFixed(2)} %`;
}

/**
 * A score between 0 and 1 with the four digits of a classification report.
 *
 * @example
 * ```ts
 * formatScore(0.99127); // => "0.9913"
 * ```
 */
export function formatScore(score: number): string {
  return score.toFixed(4);
}

/**
 * A whole number with thousands separators.
 *
 * @example
 * ```ts
 * formatCount(61706); // => "61,706"
 * ```
 */
export function formatCount(count: number): string {
  return count.toLocaleString("en-US");
}

/**
 * A duration: milliseconds below one second, then seconds, then minutes and seconds.
 *
 * @example
 * ```ts
 * formatSeconds(0.0421); // => "42 ms"
 * formatSeconds(9.26); // => "9.3 s"
 * formatSeconds(83.4); // => "1 min 23 s"
 * ```
 */
export function formatSeconds(seconds: number): string {
  if (seconds < 0.9995) return `${Math.round(seconds * 1000)} ms`;
  if (seconds < 59.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  return `${Math.floor(whole / 60)} min ${whole % 60} s`;
}

/**
 * A size, in units of 1,000 bytes.
 *
 * @example
 * ```ts
 * formatBytes(246824); // => "247 KB"
 * formatBytes(17_312_000); // => "17.3 MB"
 * ```
 */
export function formatBytes(bytes: number): string {
  if (bytes < 999.5e3) return `${Number((bytes / 1e3).toPrecision(3))} KB`;
  return `${Number((bytes / 1e6).toPrecision(3))} MB`;
}

/**
 * A noun with its count.
 *
 * @example
 * ```ts
 * formatPlural(1, "sample"); // => "1 sample"
 * formatPlural(10000, "sample"); // => "10,000 samples"
 * ```
 */
export function formatPlural(count: number, noun: string): string {
  return `${formatCount(count)} ${noun}${count === 1 ? "" : "s"}`;
}

/**
 * Names and versions in one line.
 *
 * @example
 * ```ts
 * formatVersions({ "onnxruntime-node": "1.30.0", node: "20.20.0" }); // => "onnxruntime-node 1.30.0, node 20.20.0"
 * ```
 */
export function formatVersions(versions: Readonly<Record<string, string>>): string {
  return Object.entries(versions)
    .map(([name, version]) => `${name} ${version}`)
    .join(", ");
}
