import type { Augmentation } from "../augment/augmentation.js";
import { DataType } from "../generated/tensorflow/core/framework/types_pb.js";
import { lossAndGradients, withLogits } from "../step.js";
import { type Binding, type LayersModel, nodeBackend, type Tensor, type TensorFlow } from "../tensorflow.js";
import { type BatchRecording, batchExpressions, refuseRandomness, sameStructure } from "./batch.js";
import { withFusedGradients } from "./fused-gradients.js";
import { attribute, type GraphBuilder, type Ref } from "./graph-builder.js";
import { lower } from "./lower.js";
import { probeInputs, probeLabels, restoringWeights, separateWeights, weightIds } from "./probe.js";
import { type Recording, record, Scope } from "./recorder.js";
import { simplify } from "./simplify.js";

/** Where a graph finds the value of each of the model's weights, in the order of `model.weights`. */
export type WeightRefs = readonly Ref[];

/** What a captured training step offers to the graph around it. */
export interface CapturedStep {
  loss: Ref;
  crossEntropy: Ref;
  correct: Ref;
  gradients: Ref[];
  /** Weights that the forward pass itself assigns (moving statistics): index in `model.weights`, new value. */
  assignments: { weight: number; value: Ref }[];
}

/** Records a forward and backward pass of `batch` examples and adds it to the graph. */
export function captureStep(options: {
  tf: TensorFlow;
  model: LayersModel;
  builder: GraphBuilder;
  weights: WeightRefs;
  /** Of the run, for the layers that draw random numbers. */
  seed: number;
  augment?: Augmentation | undefined;
  batch: number;
  inputs: Ref;
  labels: Ref;
  /** int32 scalar: the step, counted from 1. */
  step: Ref;
}): CapturedStep {
  const { tf, model, builder, weights } = options;
  const backend = nodeBackend(tf);
  separateWeights(tf, model);
  return withFusedGradients(tf, () => {
    // What tfjs creates lazily exists after the first pass; the second is the one that is kept.
    const rehearsal = recordStep(options, 1);
    const take = recordStep(options, 2);
    refuseRandomness(rehearsal.recording, take.recording);

    const inputs = new Map<number, Ref>([
      [take.inputId, options.inputs],
      [take.labelId, options.labels],
      [take.stepId, options.step],
      ...take.weightIds.map((id, i) => [id, weights[i] as Ref] as const),
    ]);
    const outputs = [...take.results, ...take.assigned.map(({ id }) => id)];
    const recording = simplify(backend.binding, take.recording, outputs);
    const refOf = lower({ builder, binding: backend.binding, recording, inputs, outputs });
    const [loss, crossEntropy, correct, ...gradients] = take.results.map(refOf) as [Ref, Ref, Ref, ...Ref[]];
    const assignments = take.assigned.map(({ weight, id }) => ({ weight, value: refOf(id) }));
    return { loss, crossEntropy, correct, gradients, assignments };
  });
}

interface StepRecording {
  recording: Recording;
  inputId: number;
  labelId: number;
  stepId: number;
  weightIds: number[];
  /** Ids of loss, cross-entropy, number of correct decisions and gradients. */
  results: number[];
  /** Weights that the pass assigned, with the ids of their new values. */
  assigned: { weight: number; id: number }[];
}

/** Records one step; the model's weights and the number of tensors are afterwards as before. */
function recordStep(
  options: {
    tf: TensorFlow;
    model: LayersModel;
    batch: number;
    seed: number;
    augment?: Augmentation | undefined;
  },
  time: number,
): StepRecording {
  const { tf, model, batch, seed, augment } = options;
  const backend = nodeBackend(tf);
  const scope = new Scope();
  const x = probeInputs(tf, model, batch, time);
  const y = probeLabels(tf, model, batch, time);
  const step = tf.scalar(time, "int32");
  const [inputId, labelId, stepId] = backend.getInputTensorIds([x, y, step]) as [number, number, number];
  try {
    return restoringWeights(tf, model, () => {
      const before = weightIds(tf, model);
      const known = new Map([
        ...weightShapes(model, before),
        [inputId, x.shape],
        [labelId, y.shape],
        [stepId, []],
      ]);
      const { result, recording } = scope.following(model, () =>
        record(backend, known, scope, () =>
          lossAndGradients({
            tf,
            model,
            inputs: x,
            labels: y,
            key: { seed, step },
            augment,
            onBackward: () => {
              scope.current = "gradients";
            },
          }),
        ),
      );
      const tensors = [result.loss, result.crossEntropy, result.correct, ...result.gradients];
      const results = backend.getInputTensorIds(tensors);
      tf.dispose(tensors);
      const assigned = weightIds(tf, model).flatMap((id, i) => (id === before[i] ? [] : [{ weight: i, id }]));
      return { recording, inputId, labelId, stepId, weightIds: before, results, assigned };
    });
  } finally {
    tf.dispose([x, y, step]);
  }
}

/** Batch sizes at which inference is recorded: two fix what follows the batch, the third checks it. */
const PROBES = [3, 5, 7] as const;

/** Records inference and adds it to the graph for any batch size. Returns the logits, float32 [batch, classes]. */
export function captureLogits(options: {
  tf: TensorFlow;
  model: LayersModel;
  builder: GraphBuilder;
  weights: WeightRefs;
  /** float32 [batch, ...inputShape]. */
  inputs: Ref;
}): Ref {
  const { tf, model, builder, weights, inputs } = options;
  const backend = nodeBackend(tf);
  separateWeights(tf, model);
  const scope = new Scope();
  const weightIdsNow = weightIds(tf, model);

  const probe = (batch: number, seed: number) => {
    const x = probeInputs(tf, model, batch, seed);
    try {
      const [inputId] = backend.getInputTensorIds([x]) as [number];
      const known = new Map([...weightShapes(model, weightIdsNow), [inputId, x.shape]]);
      const { result, recording } = scope.following(model, () =>
        record(backend, known, scope, () =>
          withLogits(tf, model, () => tf.tidy(() => model.apply(x, { training: false }) as Tensor)),
        ),
      );
      const [outputId] = backend.getInputTensorIds([result]) as [number];
      result.dispose();
      return { batch, recording, inputId, outputId };
    } finally {
      x.dispose();
    }
  };
  const rehearsal = probe(PROBES[0], 0);
  const probes = PROBES.map((batch, i) => probe(batch, i + 1)) as [Probe, Probe, Probe];
  refuseRandomness(rehearsal.recording, probes[0].recording);
  const [first, second, third] = simplified(backend.binding, probes) as [Probe, Probe, Probe];

  const refOf = lower({
    builder,
    binding: backend.binding,
    recording: first.recording,
    inputs: new Map<number, Ref>([
      [first.inputId, inputs],
      ...weightIdsNow.map((id, i) => [id, weights[i] as Ref] as const),
    ]),
    outputs: [first.outputId],
    batch: { expressions: batchExpressions(first, second, third), size: batchSize(builder, inputs) },
  });
  return refOf(first.outputId);
}

/**
 * The probes in simpler terms, if they are simplified alike: a reshape that changes nothing at one batch size
 * but does at another must stay.
 */
function simplified(binding: Binding, probes: Probe[]): Probe[] {
  const simpler = probes.map((probe) => ({
    ...probe,
    recording: simplify(binding, probe.recording, [probe.outputId]),
  }));
  const alike = simpler.every(({ recording }) => sameStructure(recording, (simpler[0] as Probe).recording));
  return alike ? simpler : probes;
}

type Probe = BatchRecording & { inputId: number; outputId: number };

/** The first dimension of a tensor as an int32 scalar, added to the graph when it is first asked for. */
function batchSize(builder: GraphBuilder, inputs: Ref): () => Ref {
  let size: Ref | undefined;
  const int = attribute.type(DataType.DT_INT32);
  return () => {
    if (size !== undefined) return size;
    const shape = builder.add("Shape", "batch/shape", [inputs], {
      T: attribute.type(DataType.DT_FLOAT),
      out_type: int,
    });
    const zero = builder.constant("batch/zero", DataType.DT_INT32, [], [0]);
    size = builder.add("GatherV2", "batch/size", [shape, zero, zero], {
      Tparams: int,
      Tindices: int,
      Taxis: int,
    });
    return size;
  };
}

function weightShapes(model: LayersModel, ids: readonly number[]): [number, readonly number[]][] {
  return model.weights.map((weight, i) => [ids[i] as number, weight.shape as number[]]);
}
