import type { Call, Operators } from "../call.js";
import { zip } from "../elementwise.js";
import { like, type Value, value } from "../value.js";

function texts(call: Call, index = 0): Value & { data: string[] } {
  const x = call.input(index);
  if (x.dtype !== "string") call.refuse(`its input ${index} is ${x.dtype}, not string`, "E_NODE_DTYPE");
  return x as Value & { data: string[] };
}

function concatenated(call: Call): Value[] {
  return [zip<string, string>(texts(call, 0), texts(call, 1), "string", (a, b) => a + b)];
}

/** Whole matches of an RE2 pattern, of which JavaScript's expressions know all but a few flags. */
function fullMatch(call: Call): Value[] {
  const x = texts(call);
  const pattern = new RegExp(`^(?:${call.string("pattern", "")})$`, "u");
  return [
    value(
      "bool",
      Uint8Array.from(x.data, (text) => Number(pattern.test(text))),
      x.dims,
    ),
  ];
}

/** Substrings in a new last axis, filled up with "", and how many there are. Without a delimiter white space separates. */
function split(call: Call): Value[] {
  const x = texts(call);
  const delimiter = call.string("delimiter", "");
  const most = call.has("maxsplit") ? call.int("maxsplit", 0) : Number.POSITIVE_INFINITY;
  const parts = x.data.map((text) => (delimiter === "" ? words(text, most) : pieces(text, delimiter, most)));
  const width = Math.max(0, ...parts.map((each) => each.length));
  const data = parts.flatMap((each) => [...each, ...new Array<string>(width - each.length).fill("")]);
  return [
    value("string", data, [...x.dims, width]),
    value(
      "int64",
      BigInt64Array.from(parts, (each) => BigInt(each.length)),
      x.dims,
    ),
  ];
}

function pieces(text: string, delimiter: string, most: number): string[] {
  if (text === "") return [];
  const all = text.split(delimiter);
  return all.length - 1 <= most ? all : [...all.slice(0, most), all.slice(most).join(delimiter)];
}

function words(text: string, most: number): string[] {
  const found: string[] = [];
  let rest = text.trimStart();
  while (rest !== "" && found.length < most) {
    const [word] = /^\S+/.exec(rest) as RegExpExecArray;
    found.push(word);
    rest = rest.slice(word.length).trimStart();
  }
  return rest === "" ? found : [...found, rest];
}

const cases: Readonly<Record<string, (text: string) => string>> = {
  LOWER: (text) => text.toLowerCase(),
  UPPER: (text) => text.toUpperCase(),
  NONE: (text) => text,
};

/** Without stop words, then in one case; what remains of nothing is one empty string. */
function normalize(call: Call): Value[] {
  const x = texts(call);
  const change = cases[call.string("case_change_action", "NONE")] ?? ((text: string) => text);
  const sensitive = call.int("is_case_sensitive", 0) === 1;
  const key = (text: string) => (sensitive ? text : text.toLowerCase());
  const stops = new Set((call.strings("stopwords") ?? []).map(key));
  const kept = x.data.filter((text) => !stops.has(key(text))).map(change);
  const rows = kept.length === 0 ? [""] : kept;
  return [like(x, rows, x.dims.length === 2 ? [1, rows.length] : [rows.length])];
}

export const strings: Operators = {
  RegexFullMatch: { 20: fullMatch },
  StringConcat: { 20: concatenated },
  StringNormalizer: { 10: normalize },
  StringSplit: { 20: split },
};
