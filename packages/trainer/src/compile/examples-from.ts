import { CongruentError } from "@congruent/core";
import { refuseLabels } from "../examples/example-weights.js";
import {
  type Column,
  type Examples,
  refuseUnequalColumns,
  slicedColumn,
  slicedExamples,
  strideOf,
} from "../examples/examples.js";
import type { TrainableModel } from "../model/trainable-model.js";
import type { Objective } from "../step/objective.js";
import { columnsFrom, type Expected, type ValuesFor } from "./columns.js";

/** The examples that a user gives for a model. @throws CongruentError `E_SHAPE`, `E_EXAMPLES`, `E_LABELS` */
export function examplesFrom(
  model: TrainableModel,
  objective: Objective,
  given: { x: ValuesFor; y: ValuesFor; sampleWeight?: ValuesFor | undefined },
  what: string,
): Examples {
  const inputs = columnsFrom(given.x, expectedInputs(model), "inputs");
  const targets = columnsFrom(
    given.y,
    objective.outputs.map(({ name, targets: { shape, dtype } }) => ({ name, shape, dtype })),
    "targets",
  );
  const each = objective.outputs.map(({ name }): Expected => ({ name, shape: [], dtype: "float32" }));
  // One column of weights for each output.
  const weights =
    given.sampleWeight === undefined ? [] : columnsFrom(given.sampleWeight, each, "sample weights");
  const first = inputs[0] as Column;
  const examples = { count: first.data.length / strideOf(first), inputs, targets, weights };
  refuseUnequalColumns(examples, what);
  refuseLabels(examples, objective, what);
  return examples;
}

/** Inputs without targets, to be read in parts. */
export function inputsFrom(
  model: TrainableModel,
  x: ValuesFor,
): { count: number; rows: (begin: number, end: number) => Column[] } {
  const inputs = columnsFrom(x, expectedInputs(model), "inputs");
  const first = inputs[0] as Column;
  const count = first.data.length / strideOf(first);
  refuseUnequalColumns({ count, inputs, targets: [], weights: [] }, "what is predicted");
  return { count, rows: (begin, end) => inputs.map((column) => slicedColumn(column, begin, end)) };
}

function expectedInputs(model: TrainableModel): Expected[] {
  const names = model.inputNames;
  return model.inputShapes(1).map(([, ...shape], i) => ({ name: names[i] ?? "", shape, dtype: "float32" }));
}

/**
 * Splits off the last fraction of the examples, cut where Keras' `validation_split` cuts.
 *
 * @throws CongruentError `E_SPLIT`
 */
export function lastFraction(
  examples: Examples,
  fraction: number,
): { rest: Examples; last: Examples | null } {
  if (fraction === 0) return { rest: examples, last: null };
  const at = Math.floor(examples.count * (1 - fraction));
  if (!(fraction > 0 && fraction < 1) || at === 0 || at === examples.count) {
    throw new CongruentError({
      code: "E_SPLIT",
      what: `a validationSplit of ${fraction} of ${examples.count} examples leaves one part empty or is out of range`,
      expected: "a fraction from 0 to below 1 that leaves examples in both parts",
      fix: "choose another fraction, or give validationData",
    });
  }
  return { rest: slicedExamples(examples, 0, at), last: slicedExamples(examples, at, examples.count) };
}
