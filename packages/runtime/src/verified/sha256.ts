import { CongruentError } from "@congruent/core/essentials";

/**
 * As lower-case hexadecimal digits.
 *
 * @throws CongruentError `E_HASH_UNAVAILABLE` on a page that is served by plain http: browsers hash on https and localhost only
 */
export async function sha256(bytes: Uint8Array): Promise<string> {
  const { subtle } = (globalThis.crypto ?? {}) as { subtle?: typeof crypto.subtle };
  if (!subtle) {
    throw new CongruentError({
      code: "E_HASH_UNAVAILABLE",
      what: "the model's file cannot be compared with its passport: this page has no crypto.subtle",
      fix: "serve the page by https, or from localhost",
    });
  }
  const digest = new Uint8Array(await subtle.digest("SHA-256", bytes as Uint8Array<ArrayBuffer>));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
