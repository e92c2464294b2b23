/** Compares feeds with the inputs that the model declares, before ONNX Runtime gets them. */
import { CongruentError, DTYPES, sizeOf, type Tensor } from "@congruent/core/essentials";
import { describeDims, type ValueDescription } from "@congruent/onnx/outline";

export type Feeds = Record<string, Tensor>;

/**
 * Two axes of one name may have two sizes: exporters reuse names by accident, and ONNX Runtime does not mind. {@link axesAtOdds} names them
 * once a run has failed.
 *
 * @throws CongruentError `E_INPUT_NAME`, `E_INPUT_DTYPE` or `E_INPUT_SHAPE`, naming the input and what the model expects.
 */
export function checkFeeds(feeds: Feeds, inputs: readonly ValueDescription[]): void {
  checkNames(feeds, inputs);
  for (const input of inputs) checkFeed(feeds[input.name] as Tensor, input);
}

/** @throws CongruentError `E_INPUT_NAME` for an input that there is not, that is missing, and for what is no object of inputs at all */
export function checkNames(feeds: Feeds, inputs: readonly ValueDescription[]): void {
  const names = inputs.map((input) => input.name);
  if (feeds === null || typeof feeds !== "object")
    throw wrongName(`the inputs were given as ${describe(feeds)}`, names);
  for (const name of Object.keys(feeds)) {
    if (!names.includes(name)) throw wrongName(`the model has no input ${name}`, names);
  }
  const missing = names.find((name) => !feeds[name]);
  if (missing !== undefined) throw wrongName(`the input ${missing} was not given`, names);
}

function wrongName(what: string, names: readonly string[]): CongruentError {
  return new CongruentError({ code: "E_INPUT_NAME", what, expected: `the inputs ${names.join(", ")}` });
}

/**
 * Whether the value is a tensor at all: ONNX Runtime, and whatever cuts a tensor into batches, would drop the rest of data that is too long.
 *
 * @throws CongruentError `E_INPUT_DTYPE` or `E_INPUT_SHAPE`
 */
export function checkTensor(feed: Tensor, name: string): void {
  const { dtype, dims, data } = feed ?? {};
  if (!(DTYPES as readonly unknown[]).includes(dtype) || !ArrayBuffer.isView(data) || !Array.isArray(dims)) {
    throw new CongruentError({
      code: "E_INPUT_DTYPE",
      what: `input ${name} was given as ${describe(feed)}`,
      expected: "a tensor: { dtype, dims, data }, such as tensor makes",
    });
  }
  const wrongAxis = dims.find((dim) => !Number.isInteger(dim) || dim < 0);
  if (wrongAxis === undefined && data.length === sizeOf(dims)) return;
  throw new CongruentError({
    code: "E_INPUT_SHAPE",
    what: `input ${name} was given ${data.length} values for the shape [${dims.join(", ")}]`,
    expected: wrongAxis === undefined ? `${sizeOf(dims)} values` : "a shape of whole numbers of at least 0",
  });
}

/** What a value is, for an error that refuses it. */
export function describe(value: unknown): string {
  if (value === null) return "null";
  if (typeof value !== "object") return typeof value;
  const { dtype } = value as { dtype?: unknown };
  return typeof dtype === "string"
    ? `a ${dtype} tensor without its data`
    : value.constructor?.name || "an object";
}

/**
 * @throws CongruentError `E_INPUT_DTYPE` or `E_INPUT_SHAPE`
 */
export function checkFeed(feed: Tensor, input: ValueDescription): void {
  checkTensor(feed, input.name);
  if (feed.dtype !== input.dtype) {
    throw new CongruentError({
      code: "E_INPUT_DTYPE",
      what: `input ${input.name} was given as ${feed.dtype}`,
      expected: input.dtype,
    });
  }
  if (feed.dims[0] === 0) throw wrongShape(feed, input, "which has no samples");
  if (!input.dims) return;
  if (feed.dims.length !== input.dims.length) throw wrongShape(feed, input, "which has the wrong rank");
  input.dims.forEach((declared, axis) => {
    const given = feed.dims[axis] as number;
    if (typeof declared === "number" && declared !== given) {
      throw wrongShape(feed, input, `which differs in axis ${axis}`);
    }
  });
}

function wrongShape(feed: Tensor, input: ValueDescription, how: string): CongruentError {
  return new CongruentError({
    code: "E_INPUT_SHAPE",
    what: `input ${input.name} was given with the shape [${feed.dims.join(", ")}], ${how}`,
    expected: describeDims(input.dims),
  });
}

/**
 * The named axes that were given several sizes, as a sentence for a run that failed; null where there is none.
 *
 * @example
 * ```ts
 * const input = (name) => ({ name, dtype: "float32", dims: ["batch", 2] });
 * const feed = (rows) => tensor("float32", new Float32Array(rows * 2), [rows, 2]);
 * axesAtOdds({ x: feed(1), y: feed(3) }, [input("x"), input("y")]); // => "the axis batch was given the sizes 1 (x), 3 (y)"
 * axesAtOdds({ x: feed(3), y: feed(3) }, [input("x"), input("y")]); // => null
 * ```
 */
export function axesAtOdds(feeds: Feeds, inputs: readonly ValueDescription[]): string | null {
  const sizes = new Map<string, Map<number, string>>();
  for (const { name, dims } of inputs) {
    dims?.forEach((symbol, axis) => {
      const size = feeds[name]?.dims[axis];
      if (typeof symbol !== "string" || size === undefined) return;
      const known = sizes.get(symbol) ?? new Map<number, string>();
      sizes.set(symbol, known);
      if (!known.has(size)) known.set(size, name);
    });
  }
  const odd = [...sizes].filter(([, known]) => known.size > 1);
  if (odd.length === 0) return null;
  return odd
    .map(([symbol, known]) => {
      const said = [...known].map(([size, name]) => `${size} (${name})`);
      return `the axis ${symbol} was given the sizes ${said.join(", ")}`;
    })
    .join("; ");
}
