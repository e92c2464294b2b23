import { CongruentError } from "@congruent/core";
import { inputNames, outputNames } from "@congruent/layers";
import {
  type LayersModel,
  type NodeBackend,
  nodeBackend,
  type TensorFlow,
  type Variable,
} from "../tensorflow.js";
import { everyCell, everyLayer, type Layer, trainingLayers } from "./every-layer.js";

type Weight = LayersModel["weights"][number];

/**
 * A tfjs layers model together with the TensorFlow module that made it, and what the trainer derives from the two. All is
 * read once, when the value is made: make a new one after layers were frozen or unfrozen.
 *
 * @example
 * ```ts no-run
 * const model = new TrainableModel(tf, architecture("lenet").build(tf, { seed: 1, classes: 10 }));
 * model.inputShapes(64); // => [[64, 28, 28, 1]]
 * model.trainableWeights.length; // => 10
 * ```
 */
export class TrainableModel {
  readonly tf: TensorFlow;
  readonly layersModel: LayersModel;
  readonly backend: NodeBackend;
  /** The names of the input layers, in the order of the model's inputs. */
  readonly inputNames: readonly string[];
  /** A name of its own for each output; see `outputNames`. */
  readonly outputNames: readonly string[];
  /** The shape of each output for a batch of unknown size: [null, ...]. */
  readonly outputShapes: readonly (readonly (number | null)[])[];
  /** Each layer once, those inside nested models and wrappers too. */
  readonly layers: readonly Layer[];
  /** The recurrent cells of each layer, in the order of `layers`; an empty list for other layers. */
  readonly cells: readonly (readonly Layer[])[];
  /** The layers and cells whose weights train: not frozen, neither themselves nor by a model around them. */
  readonly trainingLayers: ReadonlySet<Layer>;
  /** All weights, those that train and those that do not, in the model's order. */
  readonly weights: readonly Weight[];
  /** The variables that hold the values of `weights`. */
  readonly variables: readonly Variable[];
  readonly weightShapes: readonly number[][];
  /** The weights that train, in the model's order. */
  readonly trainableWeights: readonly Weight[];
  /** The variables that hold the values of `trainableWeights`. */
  readonly trainableVariables: readonly Variable[];
  /** The shape of each input, [null, ...]. */
  readonly #inputShapes: readonly (readonly (number | null)[])[];

  /**
   * @param tf what `loadTensorFlow` gives
   * @param layersModel a model that is built: its inputs are known
   */
  constructor(tf: TensorFlow, layersModel: LayersModel) {
    this.tf = tf;
    this.layersModel = layersModel;
    this.backend = nodeBackend(tf);
    this.inputNames = inputNames(layersModel);
    this.outputNames = outputNames(layersModel);
    this.outputShapes = layersModel.outputs.map(({ shape }) => shape);
    this.layers = everyLayer(layersModel);
    this.cells = this.layers.map(everyCell);
    this.trainingLayers = trainingLayers(layersModel);
    this.weights = layersModel.weights;
    this.variables = this.weights.map(variableOf);
    this.weightShapes = this.weights.map(({ shape }) => shape as number[]);
    this.trainableWeights = layersModel.trainableWeights;
    this.trainableVariables = this.trainableWeights.map(variableOf);
    this.#inputShapes = layersModel.inputs.map(({ shape }) => shape);
  }

  /**
   * The shape of each input for a batch: [batch, ...].
   *
   * @throws CongruentError `E_INPUT_SHAPE` for a dimension that is not known, other than the batch.
   */
  inputShapes(batch: number): number[][] {
    return this.#inputShapes.map((shape, i) => {
      const example = shape.slice(1);
      if (example.every((dim): dim is number => dim !== null)) return [batch, ...example];
      throw new CongruentError({
        code: "E_INPUT_SHAPE",
        what: `the input "${this.inputNames[i]}" has the shape [${shape.map((dim) => dim ?? "null").join(", ")}]`,
        expected: "known dimensions besides the batch",
        fix: "build the model with an inputShape that says every dimension",
      });
    });
  }
}

function variableOf(weight: Weight): Variable {
  return weight.read() as Variable;
}
