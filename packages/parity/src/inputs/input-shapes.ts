/** The shapes that a model is run with: what it declares, what the user says, and a guess for the rest. */
import { CongruentError } from "@congruent/core";
import type { ModelInterface, ValueDescription } from "@congruent/onnx";

/** By the name of an input its whole shape, by the name of a dynamic axis its size. */
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
  const axes = new Set(inputs.flatMap(({ dims }) => dims ?? []).filter((dim) => typeof dim === "string"));
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
  for (const input of inputs) bindAxes(input, overrides.get(input.name), sizes);

  const assumed = new Set<string>();
  const shapes = new Map<string, readonly number[]>();
  for (const { name, dims } of inputs) {
    const said = names.has(name) ? overrides.get(name) : undefined;
    if (said) {
      shapes.set(name, said);
      continue;
    }
    if (!dims)
      throw wrong(`the model does not say what shape the input ${name} has`, undefined, `--shape ${name}=…`);
    const shape = dims.map((dim, axis) => {
      if (typeof dim === "number") return dim;
      const known = dim === null ? undefined : sizes.get(dim);
      if (known !== undefined) return known;
      const label = dim ?? `${name}[${axis}]`;
      const size = axis === 0 && samples !== undefined ? samples : guess(label);
      if (dim !== null) sizes.set(dim, size);
      if (axis > 0) assumed.add(`${label} = ${size}`);
      return size;
    });
    shapes.set(name, shape);
  }
  return { shapes, assumed: [...assumed] };
}

function guess(label: string): number {
  return guesses.find(([pattern]) => pattern.test(label))?.[1] ?? OTHERWISE;
}

/** A whole shape gives the sizes of its named axes, for the other inputs too. */
function bindAxes(
  { name, dims }: ValueDescription,
  said: readonly number[] | undefined,
  sizes: Map<string, number>,
): void {
  if (!said || !dims) return;
  if (said.length !== dims.length) {
    throw wrong(
      `the input ${name} was given ${said.length} sizes`,
      `${dims.length}: [${dims.map((dim) => dim ?? "?").join(", ")}]`,
    );
  }
  dims.forEach((dim, axis) => {
    const size = said[axis] as number;
    const declared = typeof dim === "number" ? dim : dim === null ? undefined : sizes.get(dim);
    if (declared !== undefined && declared !== size) {
      throw wrong(`the axis ${axis} of the input ${name} was given the size ${size}`, `${declared}`);
    }
    if (typeof dim === "string") sizes.set(dim, size);
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
