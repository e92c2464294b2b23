import type { Examples } from "../examples/examples.js";
import { DataType } from "../generated/tensorflow/core/framework/types_pb.js";
import type { TrainableModel } from "../model/trainable-model.js";
import type { Objective } from "../step/objective.js";
import { evaluationPass, predictionPass } from "../step/pass.js";
import type { WeightRefs } from "./capture.js";
import { captureInference } from "./capture-inference.js";
import { attribute, type GraphBuilder, type Ref } from "./graph-builder.js";
import type { Kernels } from "./own-kernels.js";
import { probeBatch, probeInputs } from "./probe.js";
import { StoredExamples } from "./stored-examples.js";

interface Captured {
  model: TrainableModel;
  builder: GraphBuilder;
  weights: WeightRefs;
  kernels?: Kernels | undefined;
}

/** Prediction as a part of a graph. */
export interface PredictionNodes {
  /** Placeholders float32 [null, ...]. */
  inputs: Ref[];
  /** float32 [null, ...] */
  outputs: Ref[];
}

/** Adds the model's inference for any batch size. */
export function addPrediction({ model, builder, weights, kernels }: Captured): PredictionNodes {
  const inputs = model
    .inputShapes(1)
    .map((shape) => builder.placeholder("predict/inputs", DataType.DT_FLOAT, [null, ...shape.slice(1)]));
  const results = captureInference({
    model,
    builder,
    weights,
    kernels,
    inputs,
    probe: (batch, seed) => probeInputs(model, batch, seed),
    run: (given) => predictionPass(model, given),
  });
  // TensorFlow cannot fetch a tensor that is fed: needed for an input that is an output too.
  const float = { T: attribute.type(DataType.DT_FLOAT) };
  const outputs = results.map((result) => builder.add("Identity", "predict/outputs", [result], float));
  return { inputs, outputs };
}

/** Evaluation of stored examples as a part of a graph. */
export interface EvaluationNodes {
  examples: StoredExamples;
  /** Placeholder int32 [null]: which examples. */
  positions: Ref;
  /** float32 [names + 1]: what `evaluationPass` reports, then the penalty. */
  report: Ref;
  summed: (number | null)[];
}

/** Adds the evaluation of examples like the given ones, for any number of them at a time. */
export function addEvaluation(
  options: Captured & { objective: Objective; examples: Examples },
): EvaluationNodes {
  const { model, builder, weights, kernels, objective } = options;
  const examples = new StoredExamples(builder, "validation", options.examples);
  const positions = builder.placeholder("validation/positions", DataType.DT_INT32, [null]);
  const batch = examples.gather("validation", positions, objective);
  const weighted = batch.weights.length > 0;
  let summed: (number | null)[] = [];
  const refs = captureInference({
    model,
    builder,
    weights,
    kernels,
    inputs: [...batch.inputs, ...batch.targets, ...batch.weights],
    probe: (size, seed) => {
      const { inputs, targets, weights: factors } = probeBatch(model, objective, { size, seed, weighted });
      return [...inputs, ...targets, ...factors];
    },
    run: (given) => {
      const [inputs, outputs] = [batch.inputs.length, batch.targets.length];
      const pass = evaluationPass({
        model,
        objective,
        batch: {
          inputs: given.slice(0, inputs),
          targets: given.slice(inputs, inputs + outputs),
          weights: given.slice(inputs + outputs),
        },
      });
      summed = pass.summed;
      return [...pass.report, pass.penalty];
    },
  });
  return { examples, positions, report: packed(builder, "validation/report", refs), summed };
}

/** Scalars as one vector. */
export function packed(builder: GraphBuilder, name: string, scalars: readonly Ref[]): Ref {
  return builder.add("Pack", name, scalars, {
    T: attribute.type(DataType.DT_FLOAT),
    N: attribute.int(scalars.length),
    axis: attribute.int(0),
  });
}
