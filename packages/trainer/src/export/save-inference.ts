import { DataType } from "../generated/tensorflow/core/framework/types_pb.js";
import { captureInference } from "../graph/capture-inference.js";
import { constantWeights } from "../graph/constant-weights.js";
import { attribute, GraphBuilder } from "../graph/graph-builder.js";
import { probeInputs } from "../graph/probe.js";
import { type SignatureTensor, writeSavedModel } from "../graph/saved-model.js";
import { TrainableModel } from "../model/trainable-model.js";
import { predictionPass } from "../step/pass.js";
import type { LayersModel, TensorFlow } from "../tensorflow.js";

/**
 * Writes the inference of any layers model as a SavedModel. Its signature `serving_default` has the model's inputs and
 * outputs, float32 [batch, ...], under the names of their layers; weights are constants of the graph, the batch is
 * dynamic.
 *
 * @throws CongruentError `E_CAPTURE_*` or `E_STATEFUL` for a model whose inference cannot be captured, `E_INPUT_SHAPE` for one with
 * unknown dimensions besides the batch.
 */
export async function saveInference(
  tf: TensorFlow,
  layersModel: LayersModel,
  directory: string,
): Promise<void> {
  const model = new TrainableModel(tf, layersModel);
  const builder = new GraphBuilder();
  const float = (ref: string, shape: readonly (number | null)[]): SignatureTensor => ({
    ref,
    dtype: DataType.DT_FLOAT,
    shape: [null, ...shape.slice(1)],
  });
  const names = model.inputNames;
  const inputs = model
    .inputShapes(1)
    .map((shape, i) =>
      float(builder.placeholder(names[i] as string, DataType.DT_FLOAT, [null, ...shape.slice(1)]), shape),
    );
  const weights = constantWeights(builder, model);
  const results = captureInference({
    model,
    builder,
    weights,
    inputs: inputs.map(({ ref }) => ref),
    probe: (batch, seed) => probeInputs(model, batch, seed),
    run: (given) => predictionPass(model, given),
  });
  const outputs = model.outputNames.map((name, i) => {
    const named = builder.add("Identity", name, [results[i] as string], {
      T: attribute.type(DataType.DT_FLOAT),
    });
    return [name, float(named, model.outputShapes[i] ?? [])] as const;
  });
  const signature = {
    inputs: Object.fromEntries(inputs.map((input, i) => [names[i], input])),
    outputs: Object.fromEntries(outputs),
  };
  await writeSavedModel(directory, builder.build(), { serving_default: signature });
}
