import { spaceError } from "./space/space-error.js";

type Json = string | number | boolean | null | Json[] | { [key: string]: Json };

/**
 * Plain data with one field changed; what is missing on the way there is made.
 *
 * @param path names with dots between them; a number is a position in a list, at most the one after its last
 * @throws CongruentError `E_SPACE_PATH` where the path leads through a value, or past the end of a list
 *
 * @example
 * ```ts
 * withField({ epochs: 3 }, "parameters.hidden.0.units", 64);
 * // => { epochs: 3, parameters: { hidden: [{ units: 64 }] } }
 * ```
 */
export function withField(data: Record<string, Json>, path: string, value: Json): Record<string, Json> {
  const changed = structuredClone(data);
  const keys = path.split(".");
  let at: Json = changed;
  for (const [i, key] of keys.entries()) {
    const next: Json = i === keys.length - 1 ? value : /^\d+$/.test(keys[i + 1] as string) ? [] : {};
    const location = keys.slice(0, i + 1).join(".");
    if (Array.isArray(at)) at = inList(at, key, next, location, i === keys.length - 1);
    else if (typeof at === "object" && at !== null) at = inObject(at, key, next, i === keys.length - 1);
    else throw spaceError("PATH", `"${path}" leads through ${JSON.stringify(at)}, before "${key}"`);
  }
  return changed;
}

function inList(list: Json[], key: string, next: Json, location: string, last: boolean): Json {
  const index = Number(key);
  if (!/^\d+$/.test(key) || index > list.length) {
    throw spaceError(
      "PATH",
      `"${location}" is not a position in a list of ${list.length}`,
      `0 to ${list.length}`,
    );
  }
  if (last || index === list.length) list[index] = next;
  return list[index] as Json;
}

function inObject(object: { [key: string]: Json }, key: string, next: Json, last: boolean): Json {
  if (last || !Object.hasOwn(object, key)) {
    // A key such as __proto__ becomes a field, which the recipe's schema then refuses by name.
    Object.defineProperty(object, key, {
      value: next,
      enumerable: true,
      configurable: true,
      writable: true,
    });
  }
  return object[key] as Json;
}
