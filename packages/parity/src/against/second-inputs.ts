/** The inputs of the second of two model files, where they differ from those of the first. */
import { CongruentError, DTYPES, type Tensor } from "@congruent/core";
import { describeDims, type ModelProto, modelInterface, type ValueDescription } from "@congruent/onnx";
import { convert, fromTensor, toTensor, type ValueDType } from "@congruent/reference";
import type { Tensors } from "../runner.js";
import { pairInputs } from "./pair-inputs.js";

/**
 * The first model's inputs as the second one takes them: by name; where names differ, the remaining ones in their order; in another type
 * where that holds every value exactly, so that both models are given the same numbers.
 *
 * @throws CongruentError `E_AGAINST_INPUTS` where the second model takes more inputs than there are, or one in a type that cannot hold its
 * values. Shapes are not checked here.
 */
export function secondInputs(tensors: Tensors, first: ModelProto, second: ModelProto): Tensors {
  const [old, now] = [modelInterface(first).inputs, modelInterface(second).inputs];
  const paired = pairInputs(
    old.map(({ name }) => name),
    now.map(({ name }) => name),
  );
  return Object.fromEntries(
    now.map((input): [string, Tensor] => {
      const name = tensors[input.name] ? input.name : paired.get(input.name);
      const found = name === undefined ? undefined : tensors[name];
      if (!found) throw differ(old, now, `nothing is given for ${input.name}`);
      const converted = exactly(found, input.dtype);
      if (converted) return [input.name, converted];
      throw differ(old, now, `${input.dtype} cannot hold the ${found.dtype} values of ${name} exactly`);
    }),
  );
}

/** The same numbers in another type; null where one of them changes on the way there and back. */
function exactly(source: Tensor, dtype: string): Tensor | null {
  if (source.dtype === dtype) return source;
  if (!(DTYPES as readonly string[]).includes(dtype)) return null;
  const value = fromTensor(source);
  const there = convert(value, dtype as ValueDType);
  const { data } = convert(there, source.dtype);
  return value.data.every((each, i) => Object.is(each, data[i])) ? toTensor(there) : null;
}

function differ(
  old: readonly ValueDescription[],
  now: readonly ValueDescription[],
  why: string,
): CongruentError {
  return new CongruentError({
    code: "E_AGAINST_INPUTS",
    what: `the files take other inputs: ${list(old)} and ${list(now)}; ${why}`,
    expected: "inputs that both models take, by name or in the same order",
    fix: "make the second model's inputs like the first one's, or compare each by itself: congruent parity MODEL.onnx",
  });
}

function list(inputs: readonly ValueDescription[]): string {
  return inputs.map(({ name, dtype, dims }) => `${name} ${dtype}${describeDims(dims)}`).join(", ") || "none";
}
