/** The shapes that a sweep tries: other sizes of a model's dynamic axes, with inputs made for each. */
import { type Batching, CongruentError } from "@congruent/core";
import { type ModelProto, modelInterface } from "@congruent/onnx";
import { batchingOf, type GenerateOptions, generateInputs } from "./inputs/index.js";
import type { RunnerJob, Tensors } from "./runner.js";

export interface ShapeInputs extends Pick<GenerateOptions, "fills" | "range"> {
  /** Default: 42. */
  seed?: number | undefined;
}

export interface ShapeCase {
  /** Such as `batch 3` or `height 32, width 32`. */
  name: string;
  job: Pick<RunnerJob, "inputs" | "batching">;
}

/** One, the smallest that is more than one, and two sizes that do not fill a vector. */
const BATCHES = [1, 2, 3, 7];
/** While other axes vary. */
const BATCH = 2;

/** The sizes that are tried for an axis: kernels treat half-full tiles, tiles with one element too many and several tiles differently. */
const smaller = (size: number) => Math.ceil(size / 2);
const odd = (size: number) => (size % 2 === 0 ? size + 1 : size + 2);
const larger = (size: number) => Math.max(2, size * 2);

/**
 * Batches of 1, 2, 3 and 7; then all other dynamic axes smaller, odd and larger than in the inputs that the matrix runs on, and, of
 * several, the first larger while the rest are smaller.
 *
 * @throws CongruentError `E_SWEEP` for a model without a dynamic axis
 */
export function shapeCases(
  model: ModelProto,
  { inputs: base, batching }: Pick<RunnerJob, "inputs" | "batching">,
  { seed = 42, ...how }: ShapeInputs,
): ShapeCase[] {
  const described = modelInterface(model);
  const free = batchingOf(described) === "free" && batching.mode !== "once";
  // The model states its batch size, or has none.
  const whole: Batching = batching.mode === "once" ? batching : { mode: "fixed", size: batching.size };
  const axes = otherAxes(model, base, free);
  if (!free && axes.size === 0) {
    throw new CongruentError({
      code: "E_SWEEP",
      what: "the model has no dynamic axis, so there is only one shape to run it on",
      fix: "leave shapes out of --sweep, or export the model with a dynamic batch",
    });
  }
  const make = (name: string, batch: number, sizes: ReadonlyMap<string, number>): ShapeCase => {
    const shapes = new Map(
      described.inputs.map(({ name: input, dims }) => {
        const given = base[input]?.dims ?? [];
        const sized = given.map((size, axis) => {
          if (free && axis === 0) return batch;
          return sizes.get(axisName(input, dims?.[axis], axis)) ?? size;
        });
        return [input, sized];
      }),
    );
    const { tensors } = generateInputs(model, { ...how, seed, shapes });
    return { name, job: { inputs: tensors, batching: free ? { mode: "split", size: batch } : whole } };
  };
  const batches = free ? BATCHES.map((batch) => make(`batch ${batch}`, batch, axes)) : [];
  return [...batches, ...variations(axes).map((sizes) => make(nameOf(sizes), BATCH, sizes))];
}

/** The sizes of dynamic axes but the one that counts samples, as the matrix runs them. */
function otherAxes(model: ModelProto, base: Tensors, free: boolean): Map<string, number> {
  const axes = new Map<string, number>();
  for (const { name, dims } of modelInterface(model).inputs) {
    (base[name]?.dims ?? []).forEach((size, axis) => {
      const declared = dims?.[axis];
      if (!dims || typeof declared === "number" || (free && axis === 0)) return;
      axes.set(axisName(name, declared, axis), size);
    });
  }
  return axes;
}

function axisName(input: string, declared: number | string | null | undefined, axis: number): string {
  return typeof declared === "string" ? declared : `${input}[${axis}]`;
}

function variations(axes: ReadonlyMap<string, number>): Map<string, number>[] {
  if (axes.size === 0) return [];
  const each = (change: (size: number, position: number) => number) =>
    new Map([...axes].map(([name, size], position) => [name, change(size, position)]));
  const all = [
    each(smaller),
    each(odd),
    each(larger),
    ...(axes.size > 1 ? [each((size, position) => (position === 0 ? larger(size) : smaller(size)))] : []),
  ];
  // A size of 1 has no smaller one.
  return [...new Map(all.map((sizes) => [nameOf(sizes), sizes])).values()];
}

function nameOf(sizes: ReadonlyMap<string, number>): string {
  return [...sizes].map(([name, size]) => `${name} ${size}`).join(", ");
}
