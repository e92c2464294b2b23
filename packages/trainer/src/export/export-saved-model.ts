import { CongruentError } from "@congruent/core";
import { withLogits } from "@congruent/layers";
import type { GraphDef } from "../generated/tensorflow/core/framework/graph_pb.js";
import { DataType } from "../generated/tensorflow/core/framework/types_pb.js";
import { captureInference } from "../graph/capture-inference.js";
import { constantWeights } from "../graph/constant-weights.js";
import { attribute, GraphBuilder } from "../graph/graph-builder.js";
import { probeInputs } from "../graph/probe.js";
import { type Signature, writeSavedModel } from "../graph/saved-model.js";
import { TrainableModel } from "../model/trainable-model.js";
import { predictionPass } from "../step/pass.js";
import type { LayersModel, TensorFlow } from "../tensorflow.js";

/**
 * Writes a classifier as a SavedModel whose signature `serving_default` is the shared ONNX interface: `pixels`
 * float32 [batch, H, W, C] → `label` int64 [batch], `probabilities` and `logits` float32 [batch, classes].
 * Weights are constants of the graph; the batch is dynamic.
 *
 * @throws CongruentError `E_CAPTURE_*` or `E_STATEFUL` for a model whose inference cannot be captured, `E_MODEL_OUTPUT` for one
 * that does not end in a softmax.
 */
export async function exportSavedModel(tf: TensorFlow, model: LayersModel, directory: string): Promise<void> {
  const { graph, signature } = classifierGraph(new TrainableModel(tf, model));
  await writeSavedModel(directory, graph, { serving_default: signature });
}

/**
 * Refuses a model that can be trained but not exported, before time is spent on training.
 *
 * @throws CongruentError `E_NOT_EXPORTABLE` with the reason, `E_STATEFUL` or `E_MODEL_OUTPUT`.
 */
export function checkExportable(model: TrainableModel): void {
  try {
    classifierGraph(model);
  } catch (error) {
    if (!(error instanceof CongruentError) || !error.code.startsWith("E_CAPTURE")) throw error;
    throw new CongruentError({
      code: "E_NOT_EXPORTABLE",
      what: `the model's inference cannot be written as one graph: ${error.what}`,
      expected: error.expected ?? "layers that compute the same operators for every batch",
      fix: "replace the layer that is named: a run must end in a SavedModel",
      cause: error,
    });
  }
}

function classifierGraph(model: TrainableModel): { graph: GraphDef; signature: Signature } {
  const builder = new GraphBuilder();
  const shape = [null, ...(model.inputShapes(1)[0] ?? []).slice(1)];
  const pixels = builder.placeholder("pixels", DataType.DT_FLOAT, shape);
  const weights = constantWeights(builder, model);
  const [raw = ""] = captureInference({
    model,
    builder,
    weights,
    inputs: [pixels],
    probe: (batch, seed) => probeInputs(model, batch, seed),
    run: (given) => withLogits(model.tf, model.layersModel, () => predictionPass(model, given)),
  });
  const float = { T: attribute.type(DataType.DT_FLOAT) };
  const logits = builder.add("Identity", "logits", [raw], float);
  const probabilities = builder.add("Softmax", "probabilities", [raw], float);
  const axis = builder.constant("label/axis", DataType.DT_INT32, [], [-1]);
  const label = builder.add("ArgMax", "label", [raw, axis], {
    ...float,
    Tidx: attribute.type(DataType.DT_INT32),
    output_type: attribute.type(DataType.DT_INT64),
  });
  const classes = model.outputShapes[0]?.at(-1) ?? null;
  const signature: Signature = {
    inputs: { pixels: { ref: pixels, dtype: DataType.DT_FLOAT, shape } },
    outputs: {
      label: { ref: label, dtype: DataType.DT_INT64, shape: [null] },
      probabilities: { ref: probabilities, dtype: DataType.DT_FLOAT, shape: [null, classes] },
      logits: { ref: logits, dtype: DataType.DT_FLOAT, shape: [null, classes] },
    },
  };
  return { graph: builder.build(), signature };
}
