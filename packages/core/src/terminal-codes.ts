/**
 * A text without the codes that color a terminal or move its cursor: browsers and ONNX Runtime put them into messages that end in reports
 * and pages.
 *
 * @example
 * ```ts
 * withoutTerminalCodes("\u001b[0;93m2026 [W:onnxruntime:] slow\u001b[m"); // => "2026 [W:onnxruntime:] slow"
 * withoutTerminalCodes("\u001b]8;;https://example.org\u0007here\u001b]8;;\u0007"); // => "here"
 * ```
 */
export function withoutTerminalCodes(text: string): string {
  return text.replace(CODES, "");
}

const [ESCAPE, CONTROL, BELL] = [0x1b, 0x9b, 0x07].map((code) => String.fromCharCode(code));
/** Control sequences (ECMA-48: parameters, intermediates, a final letter), operating system commands up to their end, and two-letter ones. */
const CODES = new RegExp(
  `(?:${ESCAPE}\\[|${CONTROL})[0-?]*[ -/]*[@-~]|${ESCAPE}\\][^${BELL}${ESCAPE}]*(?:${BELL}|${ESCAPE}\\\\)|${ESCAPE}[@-Z\\\\-_]`,
  "g",
);
