import { CongruentError, messageOf } from "@congruent/core/essentials";
import type { Passport } from "@congruent/core/schemas";
import { type Check, finite, list, object, oneOf, record, text, whole } from "../check-shape.js";
import type { ReadOptions } from "../download.js";
import type { Platform } from "../session.js";

const tensor = object({ dtype: oneOf("float32", "int64"), dims: list(whole(0)), base64: text });
const bound: Check = (value, at) => {
  const flaw = object({ bound: finite, why: text })(value, at);
  return flaw ?? ((value as { bound: number }).bound < 0 ? `${at}.bound is negative` : null);
};
const some =
  (each: Check): Check =>
  (value, at) =>
    record(each)(value, at) ?? (Object.keys(value as object).length === 0 ? `${at} is empty` : null);

/** What is used here; a verdict of the past is not. */
const flawOf = object({
  schema: oneOf("congruent/passport@1"),
  model: object({ sha256: text, bytes: whole(1) }),
  // Without golden inputs and outputs nothing would be compared, and everything would pass.
  golden: object({ inputs: some(tensor), outputs: some(tensor), bounds: record(bound) }),
  parity: object({ cells: list(object({ runtime: text })) }),
});

/**
 * A passport, given as its content or as where its JSON lies.
 *
 * @throws CongruentError `E_PASSPORT`; as reading does
 */
export async function readPassport(
  given: unknown,
  platform: Platform,
  { signal, timeoutMs }: ReadOptions,
): Promise<Passport> {
  const where = typeof given === "string" || given instanceof URL ? String(given) : null;
  let value = given;
  if (where !== null) {
    const written = new TextDecoder().decode(await platform.readFile(where, { signal, timeoutMs }));
    try {
      value = JSON.parse(written);
    } catch (error) {
      throw wrongPassport(where, messageOf(error), error);
    }
  }
  const flaw = flawOf(value, "");
  if (flaw) throw wrongPassport(where ?? "the passport", flaw);
  return value as Passport;
}

function wrongPassport(name: string, why: string, cause?: unknown): CongruentError {
  return new CongruentError({
    code: "E_PASSPORT",
    what: `${name} cannot be used: ${why}`,
    expected: "a model.passport.json of the schema congruent/passport@1, with golden inputs and outputs",
    fix: "take the passport that belongs to the model, or update @congruent/runtime if it is newer",
    cause,
  });
}
