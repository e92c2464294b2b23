import { CongruentError } from "@congruent/core";
import type * as tfjs from "@tensorflow/tfjs";
import { outputNames } from "./names.js";
import type { LayersModel, TensorFlow } from "./tensorflow.js";

/** Activations that a loss computes together with itself, and so exactly, even where they round to 0 or 1. */
export type WithheldActivation = "softmax" | "sigmoid";

interface Activation {
  getClassName(): string;
}
type Activated = tfjs.layers.Layer & { activation?: Activation };

/**
 * Runs `f` while some outputs of a model leave their activation out, so that applying the model gives what it would
 * be applied to.
 *
 * @param withheld the activation to leave out of each output, null for an output that stays as it is.
 * @throws CongruentError `E_MODEL_OUTPUT` when an output does not end in that activation, or when it is used
 * inside the model too.
 */
export function withoutActivations<T>(
  tf: TensorFlow,
  model: LayersModel,
  withheld: readonly (WithheldActivation | null)[],
  f: () => T,
): T {
  const layers = new Map<Activated, Activation>();
  withheld.forEach((activation, i) => {
    if (activation === null) return;
    const layer = activatedLayer(model, i, activation);
    layers.set(layer, layer.activation as Activation);
  });
  for (const layer of layers.keys()) layer.activation = linearOf(tf);
  try {
    return f();
  } finally {
    for (const [layer, activation] of layers) layer.activation = activation;
  }
}

/** `withoutActivations` for a classifier: one output, which ends in a softmax. */
export function withLogits<T>(tf: TensorFlow, model: LayersModel, f: () => T): T {
  if (model.outputs.length === 1) return withoutActivations(tf, model, ["softmax"], f);
  throw new CongruentError({
    code: "E_MODEL_OUTPUT",
    what: `the model has ${model.outputs.length} outputs`,
    expected: "one output, whose layer ends in the activation softmax",
    fix: "export a model of several outputs without the image classifier's interface",
  });
}

const linear = new WeakMap<TensorFlow, Activation>();

/** Made once, with a name of its own: tfjs numbers layers without a name, and later names would depend on it. */
function linearOf(tf: TensorFlow): Activation {
  const known = linear.get(tf);
  if (known) return known;
  const layer = tf.layers.activation({ activation: "linear", name: "logits_linear" }) as Activated;
  const activation = layer.activation as Activation;
  linear.set(tf, activation);
  return activation;
}

function activatedLayer(model: LayersModel, index: number, activation: WithheldActivation): Activated {
  const layer = model.outputs[index]?.sourceLayer as Activated | undefined;
  const found = layer?.activation?.getClassName();
  const usedInside = layer?.outboundNodes.some((node) => isPartOf(model, node)) ?? false;
  if (layer && found === activation && !usedInside) return layer;
  const why = usedInside ? "is used inside the model too" : `has the activation ${found ?? "none"}`;
  throw new CongruentError({
    code: "E_MODEL_OUTPUT",
    what: `the output "${outputNames(model)[index]}" ends in the layer "${layer?.name}", which ${why}`,
    expected: `a layer of its own with the activation ${activation}`,
    fix: `give the last layer activation: "${activation}"; for an output without activation say { name: …, fromLogits: true } as its loss`,
  });
}

/** Whether a layer that the model is made of receives what a node carries. */
function isPartOf(model: LayersModel, node: { outboundLayer: tfjs.layers.Layer }): boolean {
  return model.layers.includes(node.outboundLayer);
}
