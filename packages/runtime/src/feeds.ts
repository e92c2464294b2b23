/** Compares feeds with the inputs that the model declares, before ONNX Runtime gets them. */
import { CongruentError, type Tensor } from "@congruent/core";
import { describeDims, type ValueDescription } from "@congruent/onnx";

export type Feeds = Record<string, Tensor>;

/**
 * @throws CongruentError `E_INPUT_NAME`, `E_INPUT_DTYPE` or `E_INPUT_SHAPE`, naming the input and what the model expects.
 */
export function checkFeeds(feeds: Feeds, inputs: readonly ValueDescription[]): void {
  const names = inputs.map((input) => input.name);
  for (const name of Object.keys(feeds)) {
    if (!names.includes(name)) throw wrongName(`the model has no input ${name}`, names);
  }
  const symbols = new Map<string, number>();
  for (const input of inputs) {
    const feed = feeds[input.name];
    if (!feed) throw wrongName(`the input ${input.name} was not given`, names);
    checkFeed(feed, input, symbols);
  }
}

function wrongName(what: string, names: readonly string[]): CongruentError {
  return new CongruentError({ code: "E_INPUT_NAME", what, expected: `the inputs ${names.join(", ")}` });
}

function checkFeed(feed: Tensor, input: ValueDescription, symbols: Map<string, number>): void {
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
    if (typeof declared === "string") {
      const before = symbols.get(declared);
      if (before !== undefined && before !== given) {
        throw wrongShape(feed, input, `where ${declared} is ${given} but was ${before} before`);
      }
      symbols.set(declared, given);
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
