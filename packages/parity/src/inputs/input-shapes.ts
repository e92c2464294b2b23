/** The shapes that a model is run with: what it declares, what the user says, and a guess for the rest. */
import { CongruentError } from "@congruent/core";
import type { ModelInterface, ValueDescription } from "@congruent/onnx";

/** By the name of an input its whole shape; by the name of a dynamic axis, or `INPUT[POSITION]` for one without a name, its size. */
export type ShapeOverrides = ReadonlyMap<string, readonly number[]>;

export interface InputShapes {
  /** By input name. */
  shapes: ReadonlyMap<string, readonly number[]>;
  /** Sizes that were not given but assumed, such as `length = 16`, for reports. */
  assumed: readonly string[];
}

/**
 * Reads `input=1,3,224,224` and `batch=4`.
 *
 * @throws CongruentError `E_SHAPE` for anything else
 * @example
 * ```ts
 * [...parseShapes(["x=1,3,8", "batch=4"])]; // => [["x", [1, 3, 8]], ["batch", [4]]]
 * ```
 */
export function parseShapes(texts: readonly string[]): Map<string, number[]> {
  return new Map(
    texts.map((text) => {
      // Names may contain an equals sign; sizes do not.
      const [, name = "", sizes = ""] = /^(.+)=([\d,x\s]*)$/.exec(text) ?? [];
      const dims = sizes === "" ? [] : sizes.split(/[,x]/).map(Number);
      if (name === "" || dims.some((dim) => !Number.isSafeInteger(dim))) {
        throw wrong(`${text} is not a shape`, "INPUT=1,3,224,224 or AXIS=4");
      }
      return [name, dims];
    }),
  );
}

/** Assumed sizes of dynamic axes, by what their names suggest. */
const guesses: readonly (readonly [RegExp, number])[] = [
  [/batch|^n$/i, 1],
  [/past|cache/i, 0],
  [/seq|length|time|token|^l$|^t$/i, 16],
  [/height|width|^[hw]$/i, 64],
  [/channel|^c$/i, 3],
];
const OTHERWISE = 8;

/**
 * @param samples size of the first axis where it is dynamic and not given
 * @throws CongruentError `E_SHAPE` for a name that is neither an input nor an axis, a rank that does not fit, or a size that contradicts
 * the model's
 */
export function inputShapes(
  { inputs }: ModelInterface,
  overrides: ShapeOverrides,
  samples: number | undefined,
): InputShapes {
  const axes = new Set(openAxes(inputs).map(({ label }) => label));
  const names = new Set(inputs.map(({ name }) => name));
  for (const name of overrides.keys()) {
    if (!names.has(name) && !axes.has(name)) {
      throw wrong(
        `the model has no input and no dynamic axis ${name}`,
        `one of ${[...names, ...axes].join(", ")}`,
      );
    }
  }
  const sizes = new Map<string, number>();
  for (const name of axes) {
    const said = overrides.get(name);
    if (!said) continue;
    if (said.length !== 1) throw wrong(`the axis ${name} was given ${said.length} sizes`, "one");
    sizes.set(name, said[0] as number);
  }
  const said = new Set(sizes.keys());
  for (const input of inputs) bindAxes(input, overrides.get(input.name), { sizes, said });

  const assumed = new Set<string>();
  const shapes = new Map<string, readonly number[]>();
  for (const { name, dims } of inputs) {
    const whole = overrides.get(name);
    if (whole) {
      shapes.set(name, whole);
      continue;
    }
    if (!dims) {
      throw wrong(
        `the model does not say what shape the input ${name} has`,
        undefined,
        `say it: --shape ${name}=1,3,224,224`,
      );
    }
    const shape = dims.map((dim, axis) => {
      if (typeof dim === "number") return dim;
      const label = axisLabel(name, dim, axis);
      const known = sizes.get(label);
      if (known !== undefined) return known;
      const size = axis === 0 && samples !== undefined ? samples : guess(label, dims, axis);
      // An anonymous axis has nothing to do with any other one: its label is its own.
      sizes.set(label, size);
      if (axis > 0) assumed.add(`${label} = ${size}`);
      return size;
    });
    shapes.set(name, shape);
  }
  return { shapes, assumed: [...assumed] };
}

/** As `--shape` and reports name an axis: by its own name, or by where it is. */
function axisLabel(input: string, dim: string | null, axis: number): string {
  return dim ?? `${input}[${axis}]`;
}

/** The axes whose size the model leaves open, as `--shape` names them. */
export function openAxes(
  inputs: readonly ValueDescription[],
): { input: string; axis: number; label: string }[] {
  return inputs.flatMap(({ name, dims }) =>
    (dims ?? []).flatMap((dim, axis) =>
      typeof dim === "number" ? [] : [{ input: name, axis, label: axisLabel(name, dim, axis) }],
    ),
  );
}

/**
 * Whether a picture's colors come before its rows or after its columns; null where neither looks like colors. Three or one are likelier than four.
 *
 * @param sides the three axes of one picture, as the model declares them
 * @example
 * ```ts
 * [channelsFirst([3, 224, 224]), channelsFirst([4, 5, 3]), channelsFirst([7, 7, 7])]; // => [true, false, null]
 * ```
 */
export function channelsFirst(sides: readonly (number | string | null)[]): boolean | null {
  const [first, , last] = sides;
  for (const channels of [[1, 3], [4]]) {
    if (channels.includes(first as number)) return true;
    if (channels.includes(last as number)) return false;
  }
  return null;
}

const SIDE = 64;

function guess(label: string, dims: readonly (number | string | null)[], axis: number): number {
  const named = guesses.find(([pattern]) => pattern.test(label))?.[1];
  if (typeof dims[axis] === "string" && named !== undefined) return named;
  if (axis === 0) return typeof dims[0] === "string" ? OTHERWISE : 1;
  // A picture's sides, by where the channels are, whatever they are called.
  const first = dims.length === 4 ? channelsFirst(dims.slice(1)) : null;
  if (first !== null && (first ? axis >= 2 : axis <= 2)) return SIDE;
  // The name of the whole input says less than that of an axis: `batch_of_tokens[1]` is no batch.
  return guesses.find(([pattern, size]) => size > 1 && pattern.test(label))?.[1] ?? OTHERWISE;
}

/**
 * A whole shape gives the sizes of its named axes, for the inputs without one too. Two whole shapes may give one name two sizes: exporters
 * reuse names by accident.
 *
 * @param said the axes whose size was given by their name: a whole shape must not contradict it
 */
function bindAxes(
  { name, dims }: ValueDescription,
  whole: readonly number[] | undefined,
  { sizes, said }: { sizes: Map<string, number>; said: ReadonlySet<string> },
): void {
  if (!whole || !dims) return;
  if (whole.length !== dims.length) {
    throw wrong(
      `the input ${name} was given ${whole.length} sizes`,
      `${dims.length}: [${dims.map((dim) => dim ?? "?").join(", ")}]`,
    );
  }
  dims.forEach((dim, axis) => {
    const size = whole[axis] as number;
    const label = dim === null || typeof dim === "string" ? axisLabel(name, dim, axis) : null;
    const declared = label === null ? (dim as number) : said.has(label) ? sizes.get(label) : undefined;
    if (declared !== undefined && declared !== size) {
      throw wrong(`the axis ${axis} of the input ${name} was given the size ${size}`, `${declared}`);
    }
    if (label !== null && !sizes.has(label)) sizes.set(label, size);
  });
}

function wrong(what: string, expected?: string, fix?: string): CongruentError {
  return new CongruentError({
    code: "E_SHAPE",
    what,
    ...(expected === undefined ? {} : { expected }),
    ...(fix === undefined ? {} : { fix }),
  });
}

/**
 * Whether a model's samples can be cut along the first axes: `free` where all inputs' and outputs' first axes are dynamic (and not of
 * different names), `fixed` where they are all the same number, `none` otherwise. Then the model is run once on its inputs as they are.
 *
 * @example
 * ```ts
 * batchingOf({ inputs: [{ name: "x", dtype: "float32", dims: ["batch", 3] }], outputs: [{ name: "y", dtype: "float32", dims: ["batch"] }] }); // => "free"
 * batchingOf({ inputs: [{ name: "x", dtype: "float32", dims: [3] }], outputs: [{ name: "y", dtype: "float32", dims: [] }] }); // => "none"
 * ```
 */
export function batchingOf({ inputs, outputs }: ModelInterface): "free" | "fixed" | "none" {
  const firsts = inputs.map(({ dims }) =>
    dims && dims.length > 0 ? (dims[0] as number | string | null) : undefined,
  );
  // Outputs without a declared shape are taken to follow the inputs: joining them finds out.
  const results = outputs.flatMap(({ dims }) =>
    dims ? [dims.length > 0 ? (dims[0] as number | string | null) : undefined] : [],
  );
  const all = [...firsts, ...results];
  if (inputs.length === 0 || all.includes(undefined)) return "none";
  if (all.every((first) => typeof first !== "number")) {
    const symbols = new Set(firsts.filter((first) => first !== null));
    return symbols.size <= 1 ? "free" : "none";
  }
  return all.every((first) => typeof first === "number" && first === all[0]) && all[0] !== 0
    ? "fixed"
    : "none";
}
