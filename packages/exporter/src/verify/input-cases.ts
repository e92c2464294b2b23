/** The inputs on which an exported file is compared with its source. */
import { type Batching, joinRows, sizeOf, type Tensor } from "@congruent/core";
import { describeDims, type ModelProto, modelInterface, type ValueDescription } from "@congruent/onnx";
import {
  batchingOf,
  generateInputs,
  guessStrategy,
  inputShapes,
  type NamedStrategy,
} from "@congruent/parity";

export interface InputCase {
  /** What a report says of the inputs. */
  source: string;
  /** By name, [samples, …]. */
  tensors: Record<string, Tensor>;
  batching: Batching;
}

export interface CaseOptions {
  seed: number;
  /** Of the values that the model takes, where a card gives it. Default: what the model's first operation suggests. */
  range?: readonly [number, number] | undefined;
  /** Sizes of free axes besides the batch are multiplied by it: some models take no small pictures. Default: 1. */
  scale?: number | undefined;
}

/** Samples with numbers as the input usually has them. */
const USUAL = 3;
/** Three samples at a time, and one: seven are 3 + 3 + 1. */
const SIZE = 3;

/** Zeros of both signs, halves, ones, a rounding, and where exponentials and sigmoids end. */
const EDGES = [0, -0, 1, -1, 0.5, -0.5, 2 ** -24, 1 + 2 ** -23, 20, -20, 88, -88];
const LARGE = 1000;

/**
 * One case for models whose axes are all fixed but the batch, two for others: free axes have the sizes that one would guess, then odd ones that
 * differ from each other. Each has seven samples, cut into batches of three, three and one: three usual ones; one whose second half is zero, as padded
 * sequences end; all zeros; edges; large values. Where a range is known, the last three are its ends and both of them in turn.
 */
export function inputCases(model: ModelProto, options: CaseOptions): InputCase[] {
  const described = modelInterface(model);
  const mode = batchingOf(described);
  const free = described.inputs.flatMap(({ name, dims }) => freeAxes(name, dims));
  const { scale = 1 } = options;
  const guessed = inputShapes(described, new Map(), 1);
  const sizes = new Map(
    described.inputs.flatMap(({ name, dims }) =>
      (dims ?? []).map(
        (dim, axis) => [label(name, dim, axis), guessed.shapes.get(name)?.[axis] ?? 1] as const,
      ),
    ),
  );
  const labels = [...new Set(free)];
  const changes =
    labels.length === 0
      ? [() => 1]
      : [(size: number) => size * scale, (size: number, at: number) => odd(size * scale) + 2 * at];
  return changes.map((change) => {
    const said = new Map(
      labels.map((name, at) => [name, [change(sizes.get(name) ?? 1, at)] as readonly number[]]),
    );
    return caseOf(model, described.inputs, mode, said, options);
  });
}

function caseOf(
  model: ModelProto,
  inputs: readonly ValueDescription[],
  mode: ReturnType<typeof batchingOf>,
  said: ReadonlyMap<string, readonly number[]>,
  { seed, range }: CaseOptions,
): InputCase {
  const fixed = typeof inputs[0]?.dims?.[0] === "number" ? inputs[0].dims[0] : null;
  const shapes = new Map([...said].filter(([name]) => sizedByName(inputs, name)));
  const make = (samples: number, fills: readonly string[], at: number) =>
    generateInputs(model, { seed: seed + at, samples, shapes, fills, range }).tensors;
  const named = (values: (input: ValueDescription) => string | null) =>
    inputs.flatMap((input) => {
      const text = values(input);
      return text === null ? [] : [`${input.name}=${text}`];
    });
  const strategies = new Map(inputs.map((input) => [input.name, strategyOf(model, input, range)]));
  const each = (of: (strategy: NamedStrategy) => string | null) =>
    named(({ name }) => of(strategies.get(name) as NamedStrategy));
  const rows = mode === "fixed" ? (fixed ?? 1) : 1;
  const extremes = [each(zeros), each(edges), each(large)];
  const usual = make(mode === "fixed" ? rows : USUAL, [], 0);
  const padded = withZeroTail(make(rows, [], 1));
  const batches = [usual, padded, ...extremes.map((fills, i) => make(rows, fills, i + 2))];
  const shown = inputs
    .map(({ name }) => `${name} ${describeDims(usual[name]?.dims.slice(1) ?? [])}`)
    .join(", ");
  const source = `verification, seed ${seed}: usual, padded and extreme values; ${shown}`;
  if (mode === "none") return { source, tensors: usual, batching: { mode: "once" } };
  return {
    source,
    tensors: Object.fromEntries(
      inputs.map(({ name }) => [name, joinRows(batches.map((batch) => batch[name] as Tensor))]),
    ),
    batching: mode === "fixed" ? { mode: "fixed", size: rows } : { mode: "split", size: SIZE },
  };
}

function strategyOf(
  model: ModelProto,
  input: ValueDescription,
  range: readonly [number, number] | undefined,
): NamedStrategy {
  if (range && input.dtype === "float32") return { name: "uniform", parameters: range };
  const guessed = guessStrategy(model, input);
  if (guessed.name === "pixels") return { name: "uniform", parameters: [0, 255] };
  // That a picture has four axes says nothing of its range.
  return guessed.name === "uniform" ? { name: "normal", parameters: [0, 1] } : guessed;
}

/** By what an input usually holds; null where it holds whole numbers, such as indices, whose ends are not known to be taken. */
const zeros = ({ name }: NamedStrategy): string | null => {
  if (name === "normal") return "zeros";
  return name === "uniform" ? "zeros" : null;
};
const edges = ({ name, parameters: [low = 0, high = 1] }: NamedStrategy): string | null => {
  if (name === "normal") return `values:${EDGES.map(textOf).join(",")}`;
  return name === "uniform" ? `values:${low},${high}` : null;
};
const large = ({ name, parameters: [, high = 1] }: NamedStrategy): string | null => {
  if (name === "normal") return `uniform:${-LARGE},${LARGE}`;
  return name === "uniform" ? `constant:${high}` : null;
};

/** A number as text, with the sign of a zero. */
const textOf = (value: number) => (Object.is(value, -0) ? "-0" : String(value));

/** Copies of inputs whose second half of each sample is zero: the end of a padded sequence, or the lower half of a picture. */
function withZeroTail(tensors: Record<string, Tensor>): Record<string, Tensor> {
  const copies = Object.entries(tensors).map(([name, given]) => {
    const [samples = 1, ...rest] = given.dims;
    const stride = sizeOf(rest);
    const inner = sizeOf(rest.slice(1));
    // Whole time steps or rows.
    const kept = Math.ceil((rest[0] ?? 1) / 2) * inner;
    const data = given.data.slice() as Tensor["data"];
    const zero = data instanceof BigInt64Array || data instanceof BigUint64Array ? 0n : 0;
    for (let sample = 0; sample < samples; sample++) {
      (data as Float32Array).fill(zero as number, sample * stride + kept, (sample + 1) * stride);
    }
    return [name, { ...given, data } as Tensor];
  });
  return Object.fromEntries(copies);
}

function freeAxes(name: string, dims: ValueDescription["dims"]): string[] {
  return (dims ?? []).flatMap((dim, axis) =>
    axis === 0 || typeof dim === "number" ? [] : [label(name, dim, axis)],
  );
}

/** As `generateInputs` names a free axis. */
function label(input: string, dim: number | string | null, axis: number): string {
  return typeof dim === "string" ? dim : `${input}[${axis}]`;
}

function sizedByName(inputs: readonly ValueDescription[], name: string): boolean {
  return inputs.some((input) => freeAxes(input.name, input.dims).includes(name));
}

const odd = (size: number) => size + (size % 2 === 0 ? 1 : 2);
