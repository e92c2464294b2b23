import { CongruentError } from "@congruent/core/essentials";
import type { Passport } from "@congruent/core/schemas";
import { sha256 } from "./sha256.js";

/**
 * Whether the file is the one that the passport was made for, byte by byte. To be asked before any runtime sees the file.
 *
 * @returns the hash
 * @throws CongruentError `E_PASSPORT_MODEL`, `E_HASH_UNAVAILABLE`
 */
export async function checkHash(
  bytes: Uint8Array,
  { model }: Pick<Passport, "model">,
  name: string,
): Promise<string> {
  const hash = await sha256(bytes);
  if (hash === model.sha256 && bytes.length === model.bytes) return hash;
  const length =
    bytes.length === model.bytes ? "" : `, and has ${bytes.length} bytes instead of ${model.bytes}`;
  throw new CongruentError({
    code: "E_PASSPORT_MODEL",
    what: `${name} is not the file that the passport belongs to: its SHA-256 is ${hash}${length}`,
    expected: model.sha256,
    fix: "the file is damaged, truncated or another model: get model and passport again, from the same place",
  });
}
