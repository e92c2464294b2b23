import type * as tfjs from "@tensorflow/tfjs";

/** One row of a summary. */
export interface LayerSummary {
  name: string;
  /** The layer's class. */
  type: string;
  /** null stands for the batch. */
  outputShape: (number | null)[];
  parameters: number;
  /** `layer[node][tensor]` of every input; empty for an input layer. */
  connectedTo: string[];
}

export interface ModelSummary {
  name: string;
  layers: LayerSummary[];
  /** Whether every layer follows the one before it: connections need no column then. */
  sequential: boolean;
  /** Numbers of float32 values. */
  parameters: { total: number; trainable: number; nonTrainable: number };
}

interface Node {
  inboundLayers: tfjs.layers.Layer[];
  nodeIndices: number[];
  tensorIndices: number[];
}

/** The content of Keras' `model.summary()` for a model, as data. */
export function summarize(model: tfjs.LayersModel): ModelSummary {
  const layers = model.layers.map((layer) => {
    const nodes = (layer as unknown as { inboundNodes: Node[] }).inboundNodes;
    return {
      name: layer.name,
      type: layer.getClassName(),
      outputShape: layer.outputShape as (number | null)[],
      parameters: layer.countParams(),
      connectedTo: nodes.flatMap(({ inboundLayers, nodeIndices, tensorIndices }) =>
        inboundLayers.map(({ name }, i) => `${name}[${nodeIndices[i]}][${tensorIndices[i]}]`),
      ),
    };
  });
  const count = (weights: tfjs.LayersModel["weights"]) =>
    weights.reduce((sum, { shape }) => sum + shape.reduce<number>((size, dim) => size * (dim ?? 1), 1), 0);
  const [trainable, nonTrainable] = [count(model.trainableWeights), count(model.nonTrainableWeights)];
  return {
    name: model.name,
    layers,
    sequential: layers.every((layer, i) => {
      const before = layers[i - 1]?.name;
      return i === 0 || layer.connectedTo.join() === `${before}[0][0]`;
    }),
    parameters: { total: trainable + nonTrainable, trainable, nonTrainable },
  };
}

/** The head of the table. */
export function summaryHead({ sequential }: ModelSummary): string[] {
  return ["Layer (type)", "Output Shape", "Param #", ...(sequential ? [] : ["Connected to"])];
}

/** The cells of the table, in Keras' words. */
export function summaryRows({ layers, sequential }: ModelSummary): string[][] {
  return layers.map((layer) => [
    `${layer.name} (${layer.type})`,
    `(${layer.outputShape.map((dim) => dim ?? "None").join(", ")})`,
    layer.parameters.toLocaleString("en"),
    ...(sequential ? [] : [layer.connectedTo.join(", ") || "-"]),
  ]);
}

/** The lines below the table, in Keras' words. */
export function summaryTotals({ parameters }: ModelSummary): string[] {
  const line = (what: string, count: number) =>
    `${what} params: ${count.toLocaleString("en")} (${readableSize(count * 4)})`;
  return [
    line("Total", parameters.total),
    line("Trainable", parameters.trainable),
    line("Non-trainable", parameters.nonTrainable),
  ];
}

/**
 * A size as Keras writes it: units of 1,024, two digits.
 *
 * @internal exported for its example
 * @example
 * ```ts
 * readableSize(246824); // => "241.04 KB"
 * readableSize(0); // => "0.00 B"
 * ```
 */
export function readableSize(bytes: number): string {
  const units = ["B", "KB", "MB", "GB", "TB", "PB"];
  const power = Math.min(units.length - 1, bytes < 1 ? 0 : Math.floor(Math.log2(bytes) / 10));
  return `${(bytes / 1024 ** power).toFixed(2)} ${units[power]}`;
}
