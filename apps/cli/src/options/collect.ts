/** Parses an option that may be repeated: its values in the order in which they were given. */
export function collect(value: string, previous: readonly string[] = []): string[] {
  return [...previous, value];
}
