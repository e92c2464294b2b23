/** What a child prints, cut as its readers want it. */

/**
 * Cuts text that comes in pieces into lines. Progress bars rewrite their line with a carriage return: what stood there
 * before is a line, too.
 */
export class LineCutter {
  readonly #onLine: (line: string) => void;
  #rest = "";
  /** The text so far ends with a carriage return: a line feed that comes next belongs to it. */
  #returned = false;

  constructor(onLine: (line: string) => void) {
    this.#onLine = onLine;
  }

  push(text: string): void {
    const fresh = this.#returned && text.startsWith("\n") ? text.slice(1) : text;
    this.#returned = text.endsWith("\r");
    const lines = (this.#rest + fresh).split(/\r\n|\r|\n/);
    this.#rest = lines.pop() ?? "";
    for (const line of lines) this.#onLine(line);
  }

  /** Gives the last line, which nothing ends. */
  end(): void {
    const rest = this.#rest;
    this.#rest = "";
    if (rest) this.#onLine(rest);
  }
}

/**
 * The last lines of what a process printed, for an error message.
 *
 * @param lines Default: 12.
 * @example
 * ```ts
 * tailOf("one\ntwo\nthree\n", 2); // => "two\nthree"
 * ```
 */
export function tailOf(text: string, lines = 12): string {
  return text.trimEnd().split(/\r?\n/).slice(-lines).join("\n");
}
