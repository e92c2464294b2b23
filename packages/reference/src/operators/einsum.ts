import { sizeOf } from "@congruent/core";
import type { Call, Operators } from "../call.js";
import { eachRow, stridesOf } from "../shapes.js";
import { allocate, type FloatValue, isBig, type Value } from "../value.js";

/** The letters of each operand and of the result; an ellipsis becomes upper-case placeholders, as many as it stands for. */
function parse(call: Call, inputs: readonly Value[]): { terms: string[][]; result: string[] } {
  const equation = call.string("equation", "").replaceAll(" ", "");
  const [left = "", right] = equation.split("->");
  const texts = left.split(",");
  if (texts.length !== inputs.length) {
    call.refuse(
      `the equation ${equation} has ${texts.length} terms for ${inputs.length} inputs`,
      "E_NODE_ATTRIBUTE",
    );
  }
  let widest = 0;
  const terms = texts.map((text, k) => {
    const rank = (inputs[k] as Value).dims.length;
    const hidden = rank - text.replace("...", "").length;
    if (hidden < 0 || (hidden > 0 && !text.includes("..."))) {
      call.refuse(`the term ${text} does not name the ${rank} axes of its input`, "E_NODE_SHAPE");
    }
    widest = Math.max(widest, hidden);
    return { text, hidden };
  });
  const spelled = (text: string, hidden: number) =>
    text
      .split("...")
      .flatMap((part, i) => [...(i === 0 ? [] : ellipsis(widest).slice(widest - hidden)), ...part]);
  const letters = terms.map(({ text, hidden }) => spelled(text, hidden));
  return { terms: letters, result: right === undefined ? implied(letters, widest) : spelled(right, widest) };
}

function ellipsis(width: number): string[] {
  return Array.from({ length: width }, (_, i) => `…${i}`);
}

/** Without an arrow: the ellipsis, then letters that occur once, in alphabetical order. */
function implied(terms: readonly string[][], widest: number): string[] {
  const all = terms.flat().filter((letter) => !letter.startsWith("…"));
  const once = all.filter((letter) => all.indexOf(letter) === all.lastIndexOf(letter));
  return [...ellipsis(widest), ...once.toSorted()];
}

/** Sums of products over all letters that the result does not name; axes of one letter have one size, or 1. */
function sums(call: Call): Value[] {
  const inputs = call.all();
  const { terms, result } = parse(call, inputs);
  const sizes = new Map<string, number>();
  terms.forEach((letters, k) => {
    const { dims } = inputs[k] as Value;
    if (letters.some((letter, axis) => dims[axis] !== dims[letters.indexOf(letter)]))
      call.refuse(
        `the diagonal of [${dims.join(", ")}] is none: its axes are not of one size`,
        "E_NODE_SHAPE",
      );
    letters.forEach((letter, axis) => {
      const size = (inputs[k] as Value).dims[axis] as number;
      const known = sizes.get(letter) ?? 1;
      if (known !== 1 && size !== 1 && known !== size) {
        call.refuse(`the letter ${letter} stands for sizes ${known} and ${size}`, "E_NODE_SHAPE");
      }
      sizes.set(letter, Math.max(known, size) === 1 ? 1 : known === 1 ? size : known);
    });
  });
  const summed = [...sizes.keys()].filter((letter) => !result.includes(letter));
  const order = [...result, ...summed];
  const dims = order.map((letter) => sizes.get(letter) ?? 1);
  const outDims = dims.slice(0, result.length);
  const operandStrides = terms.map((letters, k) => {
    const value = inputs[k] as Value;
    const strides = stridesOf(value.dims);
    // A letter that one term names twice walks along a diagonal: its strides add up.
    return order.map((letter) =>
      letters.reduce(
        (sum, each, axis) =>
          each === letter && value.dims[axis] !== 1 ? sum + (strides[axis] as number) : sum,
        0,
      ),
    );
  });
  const outStrides = [...stridesOf(outDims), ...summed.map(() => 0)];
  const { dtype } = call.input(0);
  const data = allocate(dtype, sizeOf(outDims));
  const walk = { dims, strides: [...operandStrides, outStrides] };
  if (isBig(dtype))
    accumulate<bigint>(
      walk,
      inputs,
      data,
      (a, b) => a * b,
      (a, b) => a + b,
    );
  else
    accumulate<number>(
      walk,
      inputs,
      data,
      (a, b) => a * b,
      (a, b) => a + b,
    );
  return [{ dtype, dims: outDims, data }];
}

function accumulate<T>(
  { dims, strides }: { dims: readonly number[]; strides: readonly (readonly number[])[] },
  inputs: readonly Value[],
  data: Value["data"],
  times: (a: T, b: T) => T,
  plus: (a: T, b: T) => T,
): void {
  const to = data as unknown as T[];
  const steps = strides.map((each) => each.at(-1) ?? 0);
  const length = dims.at(-1) ?? 1;
  const last = inputs.length;
  if (last === 2 && data instanceof Float64Array) {
    sumPairs({ dims, strides }, inputs as [FloatValue, FloatValue], data);
    return;
  }
  eachRow(dims, strides, (_, offsets) => {
    for (let i = 0; i < length; i++) {
      let product = (inputs[0] as Value).data[(offsets[0] as number) + i * (steps[0] as number)] as T;
      for (let k = 1; k < last; k++) {
        const at = (offsets[k] as number) + i * (steps[k] as number);
        product = times(product, (inputs[k] as Value).data[at] as T);
      }
      const at = (offsets[last] as number) + i * (steps[last] as number);
      to[at] = plus(to[at] as T, product);
    }
  });
}

/** The same for two operands of doubles, in a loop that calls nothing. */
function sumPairs(
  { dims, strides }: { dims: readonly number[]; strides: readonly (readonly number[])[] },
  [{ data: a }, { data: b }]: readonly [FloatValue, FloatValue],
  to: Float64Array,
): void {
  const [stepA = 0, stepB = 0, step = 0] = strides.map((each) => each.at(-1) ?? 0);
  const length = dims.at(-1) ?? 1;
  eachRow(dims, strides, (_, [startA = 0, startB = 0, start = 0]) => {
    for (let i = 0; i < length; i++) {
      const at = start + i * step;
      to[at] = (to[at] as number) + (a[startA + i * stepA] as number) * (b[startB + i * stepB] as number);
    }
  });
}

export const einsum: Operators = { Einsum: { 12: sums } };
