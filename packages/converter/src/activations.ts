import { unknownName } from "@congruent/core";
import type { LayerCall } from "./layer-call.js";
import type { GraphValue } from "./value.js";

type Activation = (layer: LayerCall, x: GraphValue) => GraphValue;

const operator =
  (opType: string, attributes: Record<string, bigint | number> = {}): Activation =>
  (layer, x) =>
    layer.node(opType, [x], { attributes });

/** An operator that ONNX has since some version, and what stands for it before. */
const since =
  (opset: number, newer: Activation, older: Activation): Activation =>
  (layer, x) =>
    (layer.opset >= opset ? newer : older)(layer, x);

/** x · (1 + f(x)) / 2, as both forms of GELU are. */
function halfOnePlus(layer: LayerCall, x: GraphValue, f: GraphValue): GraphValue {
  const one = layer.node("Add", [f, layer.scalar("one", 1)]);
  const half = layer.node("Mul", [one, layer.scalar("half", 0.5)]);
  return layer.node("Mul", [x, half]);
}

/** tfjs' activations, by Python's names for them. */
export const ACTIVATIONS: Readonly<Record<string, Activation>> = {
  elu: operator("Elu"),
  gelu: since(20, operator("Gelu"), (layer, x) => {
    const scaled = layer.node("Div", [x, layer.scalar("sqrt2", Math.SQRT2)]);
    return halfOnePlus(layer, x, layer.node("Erf", [scaled]));
  }),
  gelu_new: (layer, x) => {
    const cube = layer.node("Mul", [layer.node("Mul", [x, x]), x]);
    const bent = layer.node("Add", [x, layer.node("Mul", [cube, layer.scalar("cubic", 0.044715)])]);
    const scaled = layer.node("Mul", [bent, layer.scalar("scale", Math.sqrt(2 / Math.PI))]);
    return halfOnePlus(layer, x, layer.node("Tanh", [scaled]));
  },
  hard_sigmoid: operator("HardSigmoid", { alpha: 0.2, beta: 0.5 }),
  linear: (_, x) => x,
  log_softmax: operator("LogSoftmax", { axis: -1n }),
  mish: since(18, operator("Mish"), (layer, x) =>
    layer.node("Mul", [x, layer.node("Tanh", [layer.node("Softplus", [x])])]),
  ),
  relu: operator("Relu"),
  relu6: (layer, x) => layer.node("Clip", [x, layer.scalar("zero", 0), layer.scalar("six", 6)]),
  selu: operator("Selu"),
  sigmoid: operator("Sigmoid"),
  softmax: operator("Softmax", { axis: -1n }),
  softplus: operator("Softplus"),
  softsign: operator("Softsign"),
  swish: (layer, x) => layer.node("Mul", [layer.node("Sigmoid", [x]), x]),
  tanh: operator("Tanh"),
};

/**
 * Applies the activation that a layer's option names.
 *
 * @param key the option. Default: `activation`
 * @param otherwise the activation where the option is absent. Default: none
 * @throws CongruentError `E_ACTIVATION` for one that tfjs does not have
 */
export function activate(
  layer: LayerCall,
  x: GraphValue,
  key = "activation",
  otherwise = "linear",
): GraphValue {
  const name = activationName(layer, key, otherwise);
  return (ACTIVATIONS[name] as Activation)(layer, x);
}

/** The activation that an option names, in Python's spelling. @throws CongruentError `E_ACTIVATION` */
export function activationName(layer: LayerCall, key: string, otherwise = "linear"): string {
  const given = layer.config.value(key) ?? otherwise;
  const named = typeof given === "string" ? given : (given as { class_name?: unknown }).class_name;
  const name = String(named ?? JSON.stringify(given)).replace(/([a-z])([A-Z0-9])/g, (_, a, b) =>
    /\d/.test(b) ? a + b : `${a}_${b.toLowerCase()}`,
  );
  if (Object.hasOwn(ACTIVATIONS, name)) return name;
  throw unknownName(name, Object.keys(ACTIVATIONS), {
    kind: "activation",
    code: "E_ACTIVATION",
    fix: `train ${layer.place} with one of those`,
  }).within(layer.place);
}
