/**
 * The name of a logged value with a prefix: the validation's, or that of one of several outputs.
 *
 * @example
 * ```ts
 * fieldName("val", "loss"); // => "valLoss"
 * ```
 */
export function fieldName(prefix: string, name: string): string {
  return `${prefix}${name.charAt(0).toUpperCase()}${name.slice(1)}`;
}
