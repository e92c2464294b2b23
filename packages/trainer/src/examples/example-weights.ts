import { CongruentError } from "@congruent/core";
import type { Objective } from "../step/objective.js";
import { type Column, type Examples, strideOf } from "./examples.js";

/** A factor for the loss of the examples of each class. Default: 1. */
export type ClassWeight = Readonly<Record<number | string, number>>;

/**
 * Multiplies the weights of the examples by the factors of their classes, as Keras'
 * `class_weight`. Targets are class indices or one-hot.
 *
 * @throws CongruentError `E_CLASS_WEIGHT` for several outputs, an unknown class or a factor below 0.
 */
export function withClassWeight(
  examples: Examples,
  objective: Objective,
  classWeight: ClassWeight,
): Examples {
  const [target] = examples.targets;
  const [output] = objective.outputs;
  const classes = output?.targets.classes ?? output?.targets.shape.at(-1) ?? 0;
  const places = target ? strideOf(target) : 0;
  const indices = output?.targets.classes != null;
  const wrong = Object.entries(classWeight).find(
    ([key, factor]) => !(Number(key) >= 0 && Number(key) < classes && factor >= 0),
  );
  if (!target || objective.outputs.length !== 1 || (indices ? places !== 1 : places !== classes) || wrong) {
    throw new CongruentError({
      code: "E_CLASS_WEIGHT",
      what: wrong
        ? `classWeight gives the class ${wrong[0]} the factor ${wrong[1]}`
        : "classWeight is given for a model without one class for each example",
      expected: "one output; classes of that output, factors from 0",
      fix: "correct classWeight, or give sampleWeight",
    });
  }
  const [own] = examples.weights;
  const data = Float32Array.from({ length: examples.count }, (_, i) => {
    const label = indices
      ? (target.data[i] as number)
      : largest(target.data.subarray(i * places, (i + 1) * places));
    return (classWeight[label] ?? 1) * ((own?.data[i] as number | undefined) ?? 1);
  });
  const column: Column = { dtype: "float32", shape: [], data };
  return { ...examples, weights: [column] };
}

function largest(row: ArrayLike<number>): number {
  let best = 0;
  for (let i = 1; i < row.length; i++) if ((row[i] as number) > (row[best] as number)) best = i;
  return best;
}

/** @throws CongruentError `E_LABELS` naming the first target that is no class of its output. */
export function refuseLabels(examples: Examples, objective: Objective, what: string): void {
  objective.outputs.forEach(({ name, targets: { classes } }, i) => {
    const labels = examples.targets[i]?.data;
    if (classes === null || !labels) return;
    const at = labels.findIndex(
      (label: number) => !(Number.isInteger(label) && label >= 0 && label < classes),
    );
    if (at < 0) return;
    throw new CongruentError({
      code: "E_LABELS",
      what: `${what}: target ${at} of the output "${name}" is ${labels[at]}`,
      expected: `whole numbers from 0 to ${classes - 1}`,
      fix: "count classes from 0; for distributions use the loss categoricalCrossentropy",
    });
  });
}
