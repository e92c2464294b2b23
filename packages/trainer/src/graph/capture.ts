import type { Augmentation } from "../augment/augmentation.js";
import type { Precision } from "../engines/refuse-precision.js";
import type { TrainableModel } from "../model/trainable-model.js";
import type { Objective } from "../step/objective.js";
import { type BatchTensors, type PassOptions, trainingPass } from "../step/pass.js";
import { refuseRandomness } from "./batch.js";
import { withFusedGradients } from "./fused-gradients.js";
import type { GraphBuilder, Ref } from "./graph-builder.js";
import { lower } from "./lower.js";
import { mixedBfloat16 } from "./mixed-bfloat16.js";
import { type Kernels, withKernels } from "./own-kernels.js";
import { probeBatch, restoringWeights, separateWeights, weightIds } from "./probe.js";
import { type Recording, record, Scope } from "./recorder.js";
import { simplify } from "./simplify.js";

/** The node with the value of each of the model's weights, in the order of `model.weights`. */
export type WeightRefs = readonly Ref[];

/** The nodes of a batch. */
export interface BatchRefs {
  /** float32 [batch, ...] */
  inputs: readonly Ref[];
  targets: readonly Ref[];
  /** float32 [batch] for each output, or empty. */
  weights: readonly Ref[];
}

/** The nodes of a captured training step. */
export interface CapturedStep {
  /** See `TrainingTensors`. */
  report: Ref[];
  summed: (number | null)[];
  gradients: Ref[];
  /** Weights that the forward pass itself assigns (moving statistics): index in `model.weights`, new value. */
  assignments: { weight: number; value: Ref }[];
}

export interface CaptureStepOptions {
  model: TrainableModel;
  objective: Objective;
  builder: GraphBuilder;
  weights: WeightRefs;
  /** Of the run, for the layers that draw random numbers. */
  seed: number;
  augment?: Augmentation | undefined;
  batchParts?: number | undefined;
  precision?: Precision | undefined;
  kernels?: Kernels | undefined;
  /** Number of examples. */
  size: number;
  batch: BatchRefs;
  /** int32 scalar: the step, counted from 1. */
  step: Ref;
}

/** Records a forward and backward pass of one size of batch and adds it to the graph. */
export function captureStep(options: CaptureStepOptions): CapturedStep {
  const { model, builder, weights, batch } = options;
  const { tf, backend } = model;
  separateWeights(model);
  return withFusedGradients(tf, () => {
    // tfjs creates some constants in the first pass only; the second recording is used.
    const rehearsal = recordStep(options, 1);
    const take = recordStep(options, 2);
    refuseRandomness(rehearsal.recording, take.recording);

    const refs = [...batch.inputs, ...batch.targets, ...batch.weights, options.step, ...weights];
    const inputs = new Map(take.known.map((id, i) => [id, refs[i] as Ref]));
    const assigned = take.assigned.map(({ id }) => id);
    const outputs = [...take.report, ...take.gradients, ...assigned];
    const simple = simplify(backend.binding, take.recording, outputs);
    const recording =
      options.precision === "mixedBfloat16"
        ? mixedBfloat16(backend.binding, simple)
        : withKernels(options.kernels, backend.binding, simple, outputs);
    const refOf = lower({ builder, binding: backend.binding, recording, inputs, outputs });
    return {
      report: take.report.map(refOf),
      summed: take.summed,
      gradients: take.gradients.map(refOf),
      assignments: take.assigned.map(({ weight, id }) => ({ weight, value: refOf(id) })),
    };
  });
}

interface StepRecording {
  recording: Recording;
  /** Ids of the batch's tensors, the step and the weights. */
  known: number[];
  report: number[];
  summed: (number | null)[];
  gradients: number[];
  /** Weights that the pass assigned, with the ids of their new values. */
  assigned: { weight: number; id: number }[];
}

/** Records one step; the model's weights and the number of tensors are afterwards as before. */
function recordStep(options: CaptureStepOptions, time: number): StepRecording {
  const { model, objective, seed, size, augment, batchParts } = options;
  const { tf, backend } = model;
  const scope = new Scope();
  const batch = probeBatch(model, objective, {
    size,
    seed: time,
    weighted: options.batch.weights.length > 0,
  });
  const step = tf.scalar(time, "int32");
  const given = [...tensorsOf(batch), step];
  const givenIds = backend.getInputTensorIds(given);
  try {
    return restoringWeights(model, () => {
      const before = weightIds(model);
      const shapes = [...given.map(({ shape }) => shape), ...model.weightShapes];
      const known = [...givenIds, ...before];
      const pass: PassOptions = { model, objective, batch };
      const { result, recording, outputs } = scope.following(model, () =>
        record(
          backend,
          new Map(known.map((id, i) => [id, shapes[i] ?? []])),
          scope,
          () =>
            trainingPass({
              ...pass,
              key: { seed, step },
              augment,
              batchParts,
              onBackward: () => {
                scope.current = "gradients";
              },
            }),
          ({ report, gradients }) => [...report, ...gradients, ...model.variables],
        ),
      );
      tf.dispose([...result.report, ...result.gradients]);
      const report = outputs.slice(0, result.report.length);
      const gradients = outputs.slice(report.length, report.length + result.gradients.length);
      const after = outputs.slice(report.length + gradients.length);
      const assigned = after.flatMap((id, i) => (id === before[i] ? [] : [{ weight: i, id }]));
      return { recording, known, report, summed: result.summed, gradients, assigned };
    });
  } finally {
    tf.dispose(given);
  }
}

/** A batch's tensors in the order of `BatchRefs`. */
function tensorsOf({ inputs, targets, weights }: BatchTensors) {
  return [...inputs, ...targets, ...weights];
}
