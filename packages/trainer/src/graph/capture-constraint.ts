import { CongruentError } from "@congruent/core";
import type { Constraint } from "../model/constraint-of.js";
import type { TrainableModel } from "../model/trainable-model.js";
import { refuseRandomness } from "./batch.js";
import type { GraphBuilder, Ref } from "./graph-builder.js";
import { lower } from "./lower.js";
import { record, Scope } from "./recorder.js";
import { simplify } from "./simplify.js";

/**
 * Adds to the graph what a constraint makes of a weight: its operators are recorded, as those of a training step are.
 *
 * @param options.name the weight's, for errors
 * @param options.value the node with its value, float32 of this shape
 * @throws CongruentError `E_CAPTURE_*` for what a graph cannot hold; `E_CONSTRAINT_SHAPE` for a constraint that gives another shape
 */
export function captureConstraint(options: {
  model: TrainableModel;
  builder: GraphBuilder;
  constraint: Constraint;
  name: string;
  shape: readonly number[];
  value: Ref;
}): Ref {
  const { model, builder, value } = options;
  const { binding } = model.backend;
  const rehearsal = recorded(options, 1);
  const take = recorded(options, 2);
  refuseRandomness(rehearsal.recording, take.recording);
  const outputs = [take.output];
  const recording = simplify(binding, take.recording, outputs);
  return lower({ builder, binding, recording, inputs: new Map([[take.input, value]]), outputs })(take.output);
}

function recorded({ model, constraint, name, shape }: Parameters<typeof captureConstraint>[0], seed: number) {
  const { tf, backend } = model;
  const scope = new Scope();
  scope.current = name;
  const weight = tf.randomUniform([...shape], -1, 1, "float32", seed);
  const [input = -1] = backend.getInputTensorIds([weight]);
  try {
    const { result, recording, outputs } = record(
      backend,
      new Map([[input, shape]]),
      scope,
      // A clone is disposed afterwards: the constraint may give back the weight itself.
      () => tf.tidy(() => constraint.apply(weight).clone()),
      (tensor) => [tensor],
    );
    refuseOtherShape(result.shape, shape, name);
    tf.dispose(result);
    return { recording, input, output: outputs[0] as number };
  } finally {
    tf.dispose(weight);
  }
}

function refuseOtherShape(found: readonly number[], shape: readonly number[], name: string): void {
  if (found.join() === shape.join()) return;
  throw new CongruentError({
    code: "E_CONSTRAINT_SHAPE",
    what: `the constraint of ${name} makes [${found.join(", ")}] of its shape`,
    expected: `[${shape.join(", ")}]`,
    fix: "give back a tensor of the weight's own shape",
  });
}
