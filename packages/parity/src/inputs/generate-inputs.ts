import {
  type Batching,
  CongruentError,
  DTYPES,
  type DType,
  emptyTensor,
  float16ToBits,
  sizeOf,
  type Tensor,
} from "@congruent/core";
import { describeDims, type ModelProto, modelInterface, type ValueDescription } from "@congruent/onnx";
import { guessStrategy, isLength } from "./guess-strategy.js";
import { batchingOf, inputShapes, type ShapeOverrides } from "./input-shapes.js";
import { describeStrategy, fill, type NamedStrategy, parseStrategy } from "./strategies.js";

export interface GenerateOptions {
  seed: number;
  /** Size of the first axes, where they are dynamic. Default: a number that fits the inputs' size. */
  samples?: number | undefined;
  shapes?: ShapeOverrides | undefined;
  /** `STRATEGY` for every input or `INPUT=STRATEGY` for one; guessed for the others. */
  fills?: readonly string[] | undefined;
  /** Range of float inputs, where a card gives it. */
  range?: readonly [number, number] | undefined;
  /** Whether the inputs are those of one run. Default: where the model's first axes do not count samples. */
  once?: boolean | undefined;
}

export interface GeneratedInputs {
  /** What a report says of them. */
  source: string;
  tensors: Record<string, Tensor>;
  /** Where the model's first axes do not count samples: it is run once. */
  batching: Batching | undefined;
}

/** Numbers in one input: 1 GiB of float32. */
const MOST_ELEMENTS = 2 ** 28;
/** Default number of samples, as long as all inputs together stay below `DEFAULT_SAMPLES_ELEMENTS` numbers. */
const SAMPLES = 100;
const DEFAULT_SAMPLES_ELEMENTS = 2 ** 24;

/**
 * Inputs of any model: as many as it declares, of the types and shapes that it declares.
 *
 * @throws CongruentError `E_SHAPE`, `E_FILL`, `E_DTYPE` for a type that no tensor has, `E_RANDOM_INPUT` for more than 2^28 numbers
 */
export function generateInputs(model: ModelProto, options: GenerateOptions): GeneratedInputs {
  const described = modelInterface(model);
  const batching = options.once ? "none" : batchingOf(described);
  const shapes = options.shapes ?? new Map();
  const samples =
    batching === "none" ? undefined : (options.samples ?? comfortableSamples(described.inputs, shapes));
  const chosen = inputShapes(described, shapes, batching === "free" ? samples : undefined);
  const fills = fillsFor(options.fills ?? [], described.inputs);
  const parts: string[] = [];
  const tensors: Record<string, Tensor> = {};
  for (const input of described.inputs) {
    const dims = [...(chosen.shapes.get(input.name) ?? [])];
    // A model with a fixed batch size runs as many whole batches as the samples fill.
    if (batching === "fixed" && samples !== undefined && !shapes.has(input.name)) {
      const size = dims[0] as number;
      dims[0] = Math.max(1, Math.floor(samples / size)) * size;
    }
    const strategy =
      fills.get(input.name) ??
      (isLength(input) ? longest(described.inputs, chosen.shapes) : byRange(model, input, options.range));
    tensors[input.name] = generate(input, dims, strategy, options.seed);
    parts.push(`${input.name} ${describeStrategy(strategy)} ${describeDims(dims)}`);
  }
  const assumed = chosen.assumed.length > 0 ? `; assumed ${chosen.assumed.join(", ")}` : "";
  return {
    source:
      parts.length === 0 ? "no inputs" : `generated, seed ${options.seed}: ${parts.join(", ")}${assumed}`,
    tensors,
    batching: batching === "none" ? { mode: "once" } : undefined,
  };
}

function byRange(
  model: ModelProto,
  input: ValueDescription,
  range: readonly [number, number] | undefined,
): NamedStrategy {
  const guessed = guessStrategy(model, input);
  return range && input.dtype === "float32" ? { name: "uniform", parameters: range } : guessed;
}

/** How long the inputs are that an input of lengths speaks of: the largest of their sizes that the model leaves open. */
function longest(
  inputs: readonly ValueDescription[],
  shapes: ReadonlyMap<string, readonly number[]>,
): NamedStrategy {
  const sizes = inputs.flatMap(({ name, dims }) =>
    (shapes.get(name) ?? []).filter((_, axis) => axis > 0 && typeof dims?.[axis] !== "number"),
  );
  return { name: "constant", parameters: [Math.max(1, ...sizes)] };
}

function comfortableSamples(inputs: readonly ValueDescription[], shapes: ShapeOverrides): number {
  const perSample = inputs.reduce((sum, { name, dims }) => {
    const rest = (shapes.get(name) ?? dims ?? []).slice(1).map((dim) => (typeof dim === "number" ? dim : 16));
    return sum + sizeOf(rest);
  }, 0);
  return Math.max(1, Math.min(SAMPLES, Math.floor(DEFAULT_SAMPLES_ELEMENTS / Math.max(1, perSample))));
}

function fillsFor(texts: readonly string[], inputs: readonly ValueDescription[]): Map<string, NamedStrategy> {
  const names = inputs.map(({ name }) => name);
  const fills = new Map<string, NamedStrategy>();
  for (const text of texts) {
    const at = text.lastIndexOf("=");
    if (at < 0) {
      const strategy = parseStrategy(text);
      for (const name of names) if (!fills.has(name)) fills.set(name, strategy);
      continue;
    }
    const name = text.slice(0, at);
    if (!names.includes(name)) {
      throw new CongruentError({
        code: "E_FILL",
        what: `the model has no input ${name} to fill`,
        expected: `one of ${names.join(", ")}`,
      });
    }
    fills.set(name, parseStrategy(text.slice(at + 1)));
  }
  return fills;
}

function generate(
  { name, dtype }: ValueDescription,
  dims: readonly number[],
  strategy: NamedStrategy,
  seed: number,
): Tensor {
  if (dtype === "string") throw stringsWanted(name);
  if (!(DTYPES as readonly string[]).includes(dtype)) {
    throw new CongruentError({
      code: "E_DTYPE",
      what: `the input ${name} is ${dtype}`,
      expected: `one of ${DTYPES.join(", ")}`,
    });
  }
  const size = sizeOf(dims);
  if (size > MOST_ELEMENTS) {
    throw new CongruentError({
      code: "E_RANDOM_INPUT",
      what: `the input ${name} of shape ${describeDims(dims)} has ${size} numbers`,
      expected: `at most ${MOST_ELEMENTS}`,
      fix: "take fewer samples (--samples N) or smaller axes (--shape)",
    });
  }
  if (strategy.name === "constant" || strategy.name === "values") {
    for (const value of strategy.parameters) checkFits(name, dtype as DType, value);
  }
  const tensor = emptyTensor(dtype as DType, dims);
  const at = fill(strategy, dims, seedOf(seed, name));
  const write = writers[dtype as DType] ?? Number;
  const data = tensor.data as unknown as (number | bigint)[];
  for (let i = 0; i < size; i++) data[i] = write(at(i));
  return tensor;
}

/** Strings cannot be made up: which ones a model knows stands nowhere that is sure. */
export function stringsWanted(name: string): CongruentError {
  return new CongruentError({
    code: "E_INPUT_STRINGS",
    what: `the input ${name} takes strings, which cannot be generated`,
    expected: "strings that the model knows, from a file",
    fix: `write them to a file, {"${name}": ["one", "two"]}, an entry for every input, and say --inputs FILE.json`,
  });
}

/** The least and the largest whole number of a type. */
const WHOLE: Readonly<Partial<Record<DType, readonly [number, number]>>> = {
  bool: [0, 1],
  uint8: [0, 2 ** 8 - 1],
  int8: [-(2 ** 7), 2 ** 7 - 1],
  uint16: [0, 2 ** 16 - 1],
  int16: [-(2 ** 15), 2 ** 15 - 1],
  uint32: [0, 2 ** 32 - 1],
  int32: [-(2 ** 31), 2 ** 31 - 1],
  uint64: [0, 2 ** 64],
  int64: [-(2 ** 63), 2 ** 63],
};

/** What was asked for must be what the model gets, not what is left of it in another type. */
function checkFits(name: string, dtype: DType, value: number): void {
  const range = WHOLE[dtype];
  if (!range || (Number.isInteger(value) && value >= range[0] && value <= range[1])) return;
  throw new CongruentError({
    code: "E_FILL",
    what: `the input ${name} is ${dtype}, and cannot be filled with ${value}`,
    expected: dtype === "bool" ? "0 or 1" : `a whole number from ${range[0]} to ${range[1]}`,
  });
}

const big = (x: number) => BigInt(Math.round(Number.isFinite(x) ? x : 0));
const writers: Readonly<Partial<Record<DType, (x: number) => number | bigint>>> = {
  int64: big,
  uint64: big,
  float16: float16ToBits,
  bool: (x) => (x ? 1 : 0),
};

/** Seeds differ by name, so that two inputs of one shape are not equal. */
function seedOf(seed: number, name: string): number {
  let hash = seed >>> 0;
  for (const character of name) hash = (Math.imul(hash, 31) + (character.codePointAt(0) as number)) >>> 0;
  return hash;
}
