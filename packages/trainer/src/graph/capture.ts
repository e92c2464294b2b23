import { DataType } from "../generated/tensorflow/core/framework/types_pb.js";
import { lossAndGradients, withLogits } from "../step.js";
import { type Binding, type LayersModel, nodeBackend, type Tensor, type TensorFlow } from "../tensorflow.js";
import { type BatchRecording, batchExpressions, refuseRandomness, sameStructure } from "./batch.js";
import { withFusedGradients } from "./fused-gradients.js";
import { attribute, type GraphBuilder, type Ref } from "./graph-builder.js";
import { lower } from "./lower.js";
import { record, Scope } from "./recorder.js";
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
  batch: number;
  inputs: Ref;
  labels: Ref;
}): CapturedStep {
  const { tf, model, builder, weights, batch } = options;
  const backend = nodeBackend(tf);
  return withFusedGradients(tf, () => {
    const x = tf.zeros(inputShape(model, batch));
    const y = tf.zeros([batch], "int32");
    const [inputId, labelId] = backend.getInputTensorIds([x, y]) as [number, number];
    const saved = model.weights.map((weight) => weight.read().clone());

    const scope = new Scope();
    const once = () => {
      const before = weightIds(tf, model);
      const known = new Map([...weightShapes(model, before), [inputId, x.shape], [labelId, y.shape]]);
      const { result, recording } = scope.following(model, () =>
        record(backend, known, scope, () =>
          lossAndGradients(tf, model, x, y, () => {
            scope.current = "gradients";
          }),
        ),
      );
      const after = weightIds(tf, model);
      model.weights.forEach((weight, i) => {
        if (before[i] !== after[i]) weight.write(saved[i] as Tensor);
      });
      return { result, recording, before, after };
    };

    // What tfjs creates lazily exists after the first pass; the second is the one that is kept.
    const rehearsal = once();
    const take = once();
    refuseRandomness(rehearsal.recording, take.recording);

    const { loss, crossEntropy, correct, gradients } = take.result;
    const ids = backend.getInputTensorIds([loss, crossEntropy, correct, ...gradients]);
    const assigned = take.after.flatMap((id, i) => (id === take.before[i] ? [] : [{ weight: i, id }]));
    const inputs = new Map<number, Ref>([
      [inputId, options.inputs],
      [labelId, options.labels],
      ...take.before.map((id, i) => [id, weights[i] as Ref] as const),
    ]);
    const outputs = [...ids, ...assigned.map(({ id }) => id)];
    const recording = simplify(backend.binding, take.recording, outputs);
    const refOf = lower({ builder, binding: backend.binding, recording, inputs, outputs });
    const [lossRef, entropyRef, correctRef, ...gradientRefs] = ids.map(refOf) as [Ref, Ref, Ref, ...Ref[]];
    for (const { result } of [rehearsal, take]) {
      tf.dispose([result.loss, result.crossEntropy, result.correct, ...result.gradients]);
    }
    tf.dispose([x, y, ...saved]);
    return {
      loss: lossRef,
      crossEntropy: entropyRef,
      correct: correctRef,
      gradients: gradientRefs,
      assignments: assigned.map(({ weight, id }) => ({ weight, value: refOf(id) })),
    };
  });
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
  const scope = new Scope();
  const weightIdsNow = weightIds(tf, model);

  const probe = (batch: number) => {
    const x = tf.zeros(inputShape(model, batch));
    const [inputId] = backend.getInputTensorIds([x]) as [number];
    const known = new Map([...weightShapes(model, weightIdsNow), [inputId, x.shape]]);
    const { result, recording } = scope.following(model, () =>
      record(backend, known, scope, () =>
        withLogits(tf, model, () => tf.tidy(() => model.apply(x, { training: false }) as Tensor)),
      ),
    );
    const [outputId] = backend.getInputTensorIds([result]) as [number];
    tf.dispose([x, result]);
    return { batch, recording, inputId, outputId };
  };
  probe(PROBES[0]);
  const [first, second, third] = simplified(backend.binding, PROBES.map(probe)) as [Probe, Probe, Probe];

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

function weightIds(tf: TensorFlow, model: LayersModel): number[] {
  return nodeBackend(tf).getInputTensorIds(model.weights.map((weight) => weight.read()));
}

/** [batch, ...] of the model's input. */
export function inputShape(model: LayersModel, batch: number): number[] {
  return [batch, ...((model.inputs[0]?.shape ?? []).slice(1) as number[])];
}
