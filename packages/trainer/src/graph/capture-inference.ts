import { DataType } from "../generated/tensorflow/core/framework/types_pb.js";
import { refuseStateful } from "../model/refuse-stateful.js";
import type { TrainableModel } from "../model/trainable-model.js";
import type { Binding, Tensor } from "../tensorflow.js";
import { type BatchRecording, batchExpressions, refuseRandomness, sameStructure } from "./batch.js";
import type { WeightRefs } from "./capture.js";
import { attribute, type GraphBuilder, type Ref } from "./graph-builder.js";
import { lower } from "./lower.js";
import { type Kernels, withKernels } from "./own-kernels.js";
import { separateWeights, weightIds } from "./probe.js";
import { record, Scope } from "./recorder.js";
import { simplify } from "./simplify.js";

/** Batch sizes at which inference is recorded: two fix what follows the batch, the third checks it. */
const PROBES = [3, 5, 7] as const;

/**
 * Records what `run` computes in inference from tensors whose first dimension is the batch, and adds it to the graph
 * for any batch size. Returns the nodes of what `run` returned.
 *
 * @throws CongruentError `E_CAPTURE_*` or `E_STATEFUL`, naming the layer.
 */
export function captureInference(options: {
  model: TrainableModel;
  builder: GraphBuilder;
  weights: WeightRefs;
  /** Default: "tensorflow", which every program that reads the graph knows. */
  kernels?: Kernels | undefined;
  /** The graph's inputs for `run`; the first is float32, and the batch size is read from it. */
  inputs: readonly Ref[];
  /** Makes tensors for `run`, [batch, ...]; different ones for each seed. */
  probe: (batch: number, seed: number) => Tensor[];
  run: (inputs: Tensor[]) => Tensor[];
}): Ref[] {
  const { model, builder, weights, inputs, run } = options;
  const { tf, backend, weightShapes } = model;
  refuseStateful(model);
  separateWeights(model);
  const scope = new Scope();
  const weightIdsNow = weightIds(model);

  const probe = (batch: number, seed: number): Probe => {
    const given = options.probe(batch, seed);
    try {
      const known = [...backend.getInputTensorIds(given), ...weightIdsNow];
      const shapes = [...given.map(({ shape }) => shape), ...weightShapes];
      const { result, recording, outputs } = scope.following(model, () =>
        record(
          backend,
          new Map(known.map((id, i) => [id, shapes[i] ?? []])),
          scope,
          // Clones are disposed afterwards: a tensor may be one that a layer keeps.
          () => tf.tidy(() => run(given).map((output) => output.clone())),
          (tensors) => tensors,
        ),
      );
      tf.dispose(result);
      return { batch, recording, known, outputs };
    } finally {
      tf.dispose(given);
    }
  };
  const rehearsal = probe(PROBES[0], 0);
  const probes = PROBES.map((batch, i) => probe(batch, i + 1)) as [Probe, Probe, Probe];
  refuseRandomness(rehearsal.recording, probes[0].recording);
  const [first, second, third] = simplified(backend.binding, probes) as [Probe, Probe, Probe];

  const refs = [...inputs, ...weights];
  const refOf = lower({
    builder,
    binding: backend.binding,
    recording: withKernels(options.kernels, backend.binding, first.recording, first.outputs),
    inputs: new Map(first.known.map((id, i) => [id, refs[i] as Ref])),
    outputs: first.outputs,
    batch: {
      expressions: batchExpressions(first, second, third),
      size: batchSize(builder, inputs[0] as Ref),
    },
  });
  return first.outputs.map(refOf);
}

type Probe = BatchRecording & { known: number[]; outputs: number[] };

/**
 * The simplified probes, if all simplify in the same way: a reshape that changes nothing at one batch size
 * but does at another must stay.
 */
function simplified(binding: Binding, probes: Probe[]): Probe[] {
  const simpler = probes.map((probe) => ({
    ...probe,
    recording: simplify(binding, probe.recording, probe.outputs),
  }));
  const alike = simpler.every(({ recording }) => sameStructure(recording, (simpler[0] as Probe).recording));
  return alike ? simpler : probes;
}

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
