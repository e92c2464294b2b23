import { DataType } from "../generated/tensorflow/core/framework/types_pb.js";
import type { TrainableModel } from "../model/trainable-model.js";
import type { WeightRefs } from "./capture.js";
import type { GraphBuilder } from "./graph-builder.js";

/** Adds the present values of a model's weights to a graph as float32 constants, in the order of `model.weights`. */
export function constantWeights(builder: GraphBuilder, { weights, variables }: TrainableModel): WeightRefs {
  return variables.map((variable, i) =>
    builder.constant(
      weights[i]?.originalName ?? variable.name,
      DataType.DT_FLOAT,
      variable.shape,
      variable.dataSync(),
    ),
  );
}
