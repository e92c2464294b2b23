import { loadTensorFlow } from "@congruent/toolchain";
import { architecture } from "@congruent/zoo";

interface Layer {
  getClassName(): string;
  readonly outputShape: unknown;
  readonly input: unknown;
  readonly activation?: { getClassName(): string };
}

/**
 * How many nodes a layer becomes in ONNX, without its activation, by its class. More in a file are junk that a conversion left
 * behind. A network with a layer of another class needs a line here.
 */
const nodesOf: Record<string, (layer: Layer) => number> = {
  InputLayer: () => 0,
  Rescaling: () => 2,
  Conv2D: () => 1,
  AveragePooling2D: () => 1,
  MaxPooling2D: () => 1,
  GlobalAveragePooling1D: () => 1,
  Flatten: () => 1,
  Reshape: () => 1,
  Concatenate: () => 1,
  Add: () => 1,
  Activation: () => 0,
  Dropout: () => 0,
  /** MatMul and Add; of sequences also a reshape before or after them. */
  Dense: (layer) => (rankOf(layer) === 3 ? 3 : 2),
  /** Part of the convolution before it, if nothing lies between them. Of vectors it is written with its formula. */
  BatchNormalization: (layer) => (isPlainConvolution(sourceOf(layer)) ? 0 : rankOf(layer) === 4 ? 1 : 5),
  ResizeBilinear: () => 1,
  PositionalEncoding: () => 1,
  LayerNorm: () => 10,
  /** Four products with their biases, reshapes and transpositions, two products of matrices and a softmax. */
  MultiHeadAttention: () => 21,
};

/** To channels first before the first convolution, and back behind the last. */
const TRANSPOSITIONS = 2;
/** ArgMax. */
const LABEL = 1;

/**
 * The most nodes that a network may have as an ONNX file with the shared interface.
 *
 * @throws Error naming the class of a layer that `nodesOf` lacks
 */
export async function mostNodes(network: string): Promise<number> {
  const tf = await loadTensorFlow({ device: "cpu" });
  const model = architecture(network).build(tf, { seed: 1, classes: 10 });
  try {
    const layers = model.layers as unknown as Layer[];
    const nodes = layers.map((layer) => {
      const className = layer.getClassName();
      const count = nodesOf[className];
      if (!count) throw new Error(`apps/cli/src/testing/most-nodes.ts does not list the layer ${className}`);
      const activation = layer.activation?.getClassName() ?? "linear";
      return count(layer) + (activation === "linear" ? 0 : 1);
    });
    const convolves = layers.some((layer) => layer.getClassName() === "Conv2D");
    return nodes.reduce((sum, count) => sum + count, LABEL + (convolves ? TRANSPOSITIONS : 0));
  } finally {
    model.dispose();
  }
}

function rankOf({ outputShape }: Layer): number {
  return (outputShape as unknown[]).length;
}

function sourceOf({ input }: Layer): Layer {
  return (input as { sourceLayer: Layer }).sourceLayer;
}

function isPlainConvolution(layer: Layer): boolean {
  return layer.getClassName() === "Conv2D" && layer.activation?.getClassName() === "linear";
}
