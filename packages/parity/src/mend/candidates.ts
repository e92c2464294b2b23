/** Which inputs are tried, the likeliest first. */
import { type ModelProto, modelInterface } from "@congruent/onnx";
import { type GenerateOptions, openAxes } from "../inputs/index.js";

export interface Candidate {
  shapes: ReadonlyMap<string, readonly number[]>;
  fills: readonly string[];
}

/** Sizes that models often want: of pictures, of tokens, of sound. */
const SIZES = [
  1, 2, 3, 4, 16, 32, 48, 64, 80, 112, 128, 224, 256, 299, 320, 384, 512, 576, 640, 1024, 1600, 16000,
];
/** Numbers in one input of a try: larger ones take longer than a try is worth. */
const MOST_ELEMENTS = 2 ** 24;
const MOST_AXES = 6;
/** Numbers of a runtime's message, and of the weights' shapes, that may be sizes. */
const MOST_HINTS = 12;
const LARGEST_HINT = 65_536;

/**
 * Sizes for all axes that the model leaves open and nobody gave: all alike, then one axis at a time beside ones, and pairs of the sizes that
 * a message names; then other numbers in the integer inputs.
 */
export function candidates(
  model: ModelProto,
  { shapes = new Map(), fills = [] }: GenerateOptions,
  refusal: string,
): Candidate[] {
  const { inputs } = modelInterface(model);
  const axes = openAxes(inputs).filter(({ input, label }) => !shapes.has(input) && !shapes.has(label));
  const labels = [...new Set(axes.map(({ label }) => label))];
  // An axis at the front most often counts samples.
  const inner = [...new Set(axes.filter(({ axis }) => axis > 0).map(({ label }) => label))];
  const outer = labels.filter((label) => !inner.includes(label));
  const hints = [
    ...plausible(refusal.replace(/\S+:\d+/g, "").match(/\d+/g) ?? []),
    // An axis often has to fit a weight.
    ...plausible((model.graph?.initializer ?? []).flatMap(({ dims }) => dims)),
  ];
  const sizes = [...new Set([...hints, ...SIZES])];
  const set = (pairs: readonly (readonly [string, number])[]) =>
    new Map([...shapes, ...pairs.map(([label, size]): [string, readonly number[]] => [label, [size]])]);
  const ones = (of: readonly string[]) => of.map((label) => [label, 1] as const);

  const shaped = [
    ...sizes.map((size) => set([...ones(outer), ...inner.map((label) => [label, size] as const)])),
    ...labels
      .slice(0, MOST_AXES)
      .flatMap((label) => sizes.map((size) => set([...ones(labels), [label, size]]))),
    // Without ones: the guesses stay for the rest.
    ...labels.slice(0, MOST_AXES).flatMap((label) => [...hints, 1, 2].map((size) => set([[label, size]]))),
    ...pairs(inner.slice(-2), [...hints, 32, 48, 64, 224, 320]).map((pair) => set([...ones(outer), ...pair])),
  ].filter((each) => size(model, each) <= MOST_ELEMENTS);

  const free = inputs.filter(
    ({ name, dtype }) =>
      !fills.some((fill) => fill.startsWith(`${name}=`) || !fill.includes("=")) && dtype !== "string",
  );
  const whole = free.filter(({ dtype }) => /int/.test(dtype));
  const filled = (["ones", "zeros"] as const).flatMap((how) => [
    whole.map(({ name }) => `${name}=${how}`),
    free.map(({ name }) => `${name}=${how}`),
  ]);
  const starts = [
    set([]),
    set(ones(labels)),
    set([...ones(outer), ...inner.map((label) => [label, 16] as const)]),
  ];
  return [
    ...shaped.map((each) => ({ shapes: each, fills })),
    ...filled
      .filter((each) => each.length > 0)
      .flatMap((each) => starts.map((start) => ({ shapes: start, fills: [...fills, ...each] }))),
  ];
}

function plausible(numbers: readonly (string | bigint)[]): number[] {
  const sizes = new Set(numbers.map(Number));
  return [...sizes].filter((size) => size > 1 && size <= LARGEST_HINT).slice(0, MOST_HINTS);
}

function pairs(labels: readonly string[], sizes: readonly number[]): (readonly [string, number])[][] {
  const [first, second] = labels;
  if (first === undefined || second === undefined) return [];
  return sizes.flatMap((a) =>
    sizes.filter((b) => b !== a).map((b) => [[first, a] as const, [second, b] as const]),
  );
}

/** Numbers in the largest input, roughly: what is not said counts as 8. */
function size(model: ModelProto, shapes: Candidate["shapes"]): number {
  const sizes = modelInterface(model).inputs.map(({ name, dims }) => {
    const whole = shapes.get(name) ?? dims ?? [];
    return whole.reduce<number>((product, dim, axis) => {
      if (typeof dim === "number") return product * dim;
      return product * (shapes.get(dim ?? `${name}[${axis}]`)?.[0] ?? 8);
    }, 1);
  });
  return Math.max(1, ...sizes);
}
