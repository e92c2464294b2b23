/**
 * Where two values differ, as `path: 1 then, 2 now`.
 *
 * @example
 * ```ts
 * differences({ a: { b: 1 }, c: 2 }, { a: { b: 3 }, c: 2 }); // => ["a.b: 1 then, 3 now"]
 * ```
 */
export function differences(then: unknown, now: unknown, path = ""): string[] {
  if (isRecord(then) && isRecord(now)) {
    const keys = [...new Set([...Object.keys(then), ...Object.keys(now)])];
    return keys.flatMap((key) => differences(then[key], now[key], path ? `${path}.${key}` : key));
  }
  const [before, after] = [then, now].map((value) => JSON.stringify(value) ?? "nothing");
  if (before === after) return [];
  return [`${path}: ${shortened(before as string)} then, ${shortened(after as string)} now`];
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

function shortened(text: string): string {
  return text.length > 80 ? `${text.slice(0, 77)}…` : text;
}
