import { CongruentError } from "@congruent/core";

/** What every layer may say about itself that does not change what it computes. */
const HARMLESS =
  /^(name|trainable|batch_input_shape|batch_shape|input_shape|input_dim|batch_size|input_dtype|build_config|autocast)$|(^|_)(initializer|regularizer|constraint)$/;

/** Types in which tfjs computes; others name a precision that it does not have. */
const DTYPES: readonly unknown[] = [undefined, null, "float32", "int32", "bool"];

/** The name of an option as Python writes it: tfjs' own objects have `useBias`, files have `use_bias`. */
function snakeCase(name: string): string {
  return name
    .replace(/(.)([A-Z][a-z0-9]+)/g, "$1_$2")
    .replace(/([a-z])([A-Z])/g, "$1_$2")
    .toLowerCase();
}

/**
 * The options of a layer, or of one call of it. Each option that is read is crossed off: what a converter does not read, it does not know,
 * and {@link LayerConfig.refuseUnread} refuses it by name instead of leaving it out of the graph.
 */
export class LayerConfig {
  readonly #values = new Map<string, unknown>();
  readonly #read = new Set<string>();

  /** @param place for errors: `the layer "dense" (Dense)` */
  constructor(
    values: Readonly<Record<string, unknown>>,
    readonly place: string,
  ) {
    for (const [key, value] of Object.entries(values)) this.#values.set(snakeCase(key), value);
  }

  /** The option as it is in the file; undefined where it is absent or null. */
  value(key: string): unknown {
    this.#read.add(key);
    return this.#values.get(key) ?? undefined;
  }

  /** Whether the option is there, be it null. */
  has(key: string): boolean {
    return this.#values.get(key) !== undefined;
  }

  number(key: string, otherwise?: number): number {
    const value = this.value(key) ?? otherwise;
    if (typeof value === "number" && Number.isFinite(value)) return value;
    throw this.#wrong(key, "a number");
  }

  integer(key: string, otherwise?: number): number {
    const value = this.number(key, otherwise);
    if (Number.isInteger(value)) return value;
    throw this.#wrong(key, "an integer");
  }

  /** An integer of at least 1. */
  count(key: string, otherwise?: number): number {
    const value = this.integer(key, otherwise);
    if (value >= 1) return value;
    throw this.#wrong(key, "an integer of at least 1");
  }

  boolean(key: string, otherwise: boolean): boolean {
    const value = this.value(key) ?? otherwise;
    if (typeof value === "boolean") return value;
    throw this.#wrong(key, "true or false");
  }

  /** One of some words, in Python's spelling. */
  word<T extends string>(key: string, words: readonly T[], otherwise: T): T {
    const value = this.value(key) ?? otherwise;
    const found = words.find((word) => typeof value === "string" && word === snakeCase(value));
    if (found !== undefined) return found;
    throw this.#wrong(key, words.map((word) => `"${word}"`).join(" or "));
  }

  /** Counts, one for each of some axes; one number, or a list of one, stands for all. */
  counts(key: string, axes: number, otherwise?: readonly number[]): number[] {
    const value = this.value(key) ?? otherwise;
    const list = typeof value === "number" ? [value] : value;
    const fits = Array.isArray(list) && (list.length === axes || list.length === 1);
    if (fits && list.every((item) => Number.isInteger(item) && item >= 1)) {
      return Array.from({ length: axes }, (_, axis) => list[list.length === 1 ? 0 : axis]);
    }
    throw this.#wrong(key, `${axes} integers of at least 1`);
  }

  /** One integer or a list of them; undefined where the option is absent. */
  integers(key: string): number[] | undefined {
    const value = this.value(key);
    if (value === undefined) return undefined;
    const list = Array.isArray(value) ? value : [value];
    if (list.every((item) => Number.isInteger(item))) return list;
    throw this.#wrong(key, "an integer or a list of integers");
  }

  /** An option of which only some values can be converted; absent is always one of them. */
  only(key: string, values: readonly unknown[], why: string): void {
    const value = this.value(key);
    const text = JSON.stringify(value);
    if (value === undefined || values.some((allowed) => JSON.stringify(allowed) === text)) return;
    throw new CongruentError({
      code: "E_LAYER_CONFIG",
      what: `${this.place} has ${key} ${text}: ${why}`,
      expected: values.map((allowed) => JSON.stringify(allowed)).join(" or "),
      fix: "train the model without that option",
    });
  }

  /** Options that change nothing of what the layer computes when it predicts. */
  ignore(...keys: string[]): void {
    for (const key of keys) this.#read.add(key);
  }

  /** @throws CongruentError `E_LAYER_CONFIG` naming the options that no converter has read. */
  refuseUnread(): void {
    const dtype = this.#values.get("dtype");
    if (!this.#read.has("dtype") && !DTYPES.includes(dtype)) throw this.#wrong("dtype", '"float32"');
    const unread = [...this.#values]
      .filter(([key, value]) => value !== null && value !== undefined && key !== "dtype")
      .filter(([key]) => !this.#read.has(key) && !HARMLESS.test(key));
    if (unread.length === 0) return;
    const list = unread.map(([key, value]) => `${key}: ${JSON.stringify(value)}`).join(", ");
    throw new CongruentError({
      code: "E_LAYER_CONFIG",
      what: `${this.place} has options that its converter does not know: ${list}`,
      expected: "the options of tf.layers 4.22",
      fix: "train the model without them, or register a converter of your own for this class",
    });
  }

  #wrong(key: string, expected: string): CongruentError {
    const found = this.#values.get(key);
    return new CongruentError({
      code: "E_LAYER_CONFIG",
      what: `${this.place} has ${key} ${found === undefined ? "nowhere" : JSON.stringify(found)}`,
      expected: `${key}: ${expected}`,
      fix: "save the model again",
    });
  }
}
