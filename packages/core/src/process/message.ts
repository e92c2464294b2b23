import { CongruentError, messageOf } from "../errors.js";

/** Node reads no message of 2 GiB or more; a mebibyte is left for what surrounds the arrays. */
const MOST_BYTES = 2 ** 31 - 2 ** 20;

/**
 * Sends a message over the channel between a parent and its child. What the channel itself says is not an error here: a
 * process that is gone is reported by its end.
 *
 * @param send of the child, or of `process`
 * @throws CongruentError `E_MESSAGE` for a message of 2 GiB and more, or one that cannot be copied, such as a function
 */
export function sendMessage(send: (message: object) => void, message: unknown): void {
  const bytes = arrayBytes(message, new Set());
  if (bytes > MOST_BYTES) {
    throw new CongruentError({
      code: "E_MESSAGE",
      what: `a message between processes holds ${(bytes / 2 ** 30).toFixed(1)} GiB of numbers`,
      expected: "less than 2 GiB",
      fix: "give fewer samples at once",
    });
  }
  try {
    send(message as object);
  } catch (error) {
    throw new CongruentError({
      code: "E_MESSAGE",
      what: `a message between processes cannot be sent: ${messageOf(error)}`,
      expected: "plain data: numbers, text, arrays, typed arrays",
      cause: error,
    });
  }
}

/** Of all typed arrays in a message, each counted once. */
function arrayBytes(value: unknown, seen: Set<object>): number {
  if (typeof value !== "object" || value === null || seen.has(value)) return 0;
  seen.add(value);
  if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer) return value.byteLength;
  let bytes = 0;
  for (const inner of Object.values(value)) bytes += arrayBytes(inner, seen);
  return bytes;
}
