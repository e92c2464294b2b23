import stringWidth from "string-width";

/** In front of what did not fit into a line. */
const INDENT = "  ";

/**
 * A line as lines that fit into a terminal, cut at its spaces; a longer word stays whole. What fits, is indented or has columns of its own
 * stays as it is where it fits.
 *
 * @example
 * ```ts
 * wrapped("set-up 3 s, training 90 s", 14); // => "set-up 3 s,\n  training 90\n  s"
 * wrapped("short", 14); // => "short"
 * ```
 */
export function wrapped(line: string, columns: number): string {
  if (stringWidth(line) <= columns) return line;
  const [first = "", ...words] = line.split(/ +/);
  const lines = [first];
  for (const word of words) {
    const longer = `${lines.at(-1)} ${word}`;
    if (stringWidth(longer) <= columns) lines[lines.length - 1] = longer;
    else lines.push(`${INDENT}${word}`);
  }
  return lines.join("\n");
}
