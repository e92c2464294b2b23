import type { Call, Operators } from "../call.js";
import { allocate, type Value } from "../value.js";

/** From a sequence of words (or numbers), spelled out, to the column that counts it. */
function pool(call: Call, least: number, most: number): Map<string, number> {
  const items = call.strings("pool_strings") ?? call.bigInts("pool_int64s")?.map(String) ?? [];
  const starts = call.ints("ngram_counts") ?? [];
  const columns = call.ints("ngram_indexes") ?? [];
  const found = new Map<string, number>();
  let number = 0;
  starts.forEach((start, i) => {
    const length = i + 1;
    const end = starts[i + 1] ?? items.length;
    for (let at = start; at + length <= end; at += length, number++) {
      const key = JSON.stringify(items.slice(at, at + length));
      if (length >= least && length <= most) found.set(key, columns[number] as number);
    }
  });
  return found;
}

/** How often known sequences occur in each row, words between their parts skipped up to a number. */
function vectorize(call: Call): Value[] {
  const x = call.input(0);
  const [least, most] = [call.int("min_gram_length", 1), call.int("max_gram_length", 1)];
  const skips = call.int("max_skip_count", 0);
  const mode = call.string("mode", "TF");
  const known = pool(call, least, most);
  const width = Math.max(-1, ...(call.ints("ngram_indexes") ?? [])) + 1;
  const length = x.dims.at(-1) ?? 1;
  const rows = length === 0 ? (x.dims[0] ?? 1) : x.data.length / length;
  const counts = allocate("float64", rows * width);
  for (let row = 0; row < rows; row++) {
    for (let size = least; size <= most; size++) {
      // A single word is not affected by skipping.
      for (let step = 1; step <= (size === 1 ? 1 : skips + 1); step++) {
        for (let start = 0; start + (size - 1) * step < length; start++) {
          const words = Array.from({ length: size }, (_, k) =>
            String(x.data[row * length + start + k * step]),
          );
          const column = known.get(JSON.stringify(words));
          if (column !== undefined)
            counts[row * width + column] = (counts[row * width + column] as number) + 1;
        }
      }
    }
  }
  const weights = call.floatList("weights");
  const data = counts.map((count, i) => {
    const weight = weights?.[i % width] ?? 1;
    if (mode === "TF") return count;
    return mode === "IDF" ? (count > 0 ? weight : 0) : count * weight;
  });
  return [{ dtype: "float32", dims: x.dims.length === 2 ? [rows, width] : [width], data }];
}

export const tfIdf: Operators = { TfIdfVectorizer: { 9: vectorize } };
